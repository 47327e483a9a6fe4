// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/resolve"
)

func TestRunIsOpenAndStream(t *testing.T) {
	o := Options{Target: Demo(), Sections: []string{"tenants", "lockdown"}, FailOn: matrix.Warning}
	report, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if asked := report.Asked; !slices.Equal(asked.Only, o.Sections) || asked.FailOn != matrix.Warning || report.Profile != "release" {
		t.Errorf("the report does not say what was asked: %+v, profile %q", asked, report.Profile)
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	pending := s.Report()
	if len(pending.Findings) != len(report.Findings) {
		t.Fatalf("%d pending findings, %d findings", len(pending.Findings), len(report.Findings))
	}
	for i, f := range pending.Findings {
		if f.Verdict != "" || f.Check == nil || f.Index != i || f.Code != report.Findings[i].Code {
			t.Errorf("finding %d is not pending: %+v", i, f)
		}
	}
	for f := range s.Stream(t.Context(), pending.Findings[10:20], StreamOptions{}) {
		if want := report.Findings[10+f.Index]; f.Verdict != want.Verdict || f.Because != want.Because {
			t.Errorf("finding %d: %+v", f.Index, f)
		}
	}
}

func TestReloadMakesAnotherScan(t *testing.T) {
	first, err := Open(t.Context(), Options{Target: Demo(), Sections: []string{"controllers"}})
	if err != nil {
		t.Fatal(err)
	}
	before := len(first.Matrix().Checks)
	second, err := first.Reload(t.Context(), flux.Required)
	if err != nil {
		t.Fatal(err)
	}
	if first == second || first.Report().Profile != "release" || len(first.Matrix().Checks) != before {
		t.Error("the first scan was changed")
	}
	if second.Report().Profile != "required" || len(second.Matrix().Checks) == before {
		t.Error("the second scan is for the same profile")
	}
}

func TestRunRefusesWhatIsNotThere(t *testing.T) {
	var flux *NoFluxError
	if _, err := Run(t.Context(), Options{Target: Demo(), FluxNamespace: "flux-sytem"}); !errors.As(err, &flux) || !slices.Equal(flux.Found, []string{"flux-staging", "flux-system"}) {
		t.Errorf("a namespace without Flux: %v", err)
	}
	var name *resolve.Error
	if _, err := Run(t.Context(), Options{Target: Demo(), Namespace: "shpo"}); !errors.As(err, &name) || !slices.Equal(name.Similar, []string{"shop"}) {
		t.Errorf("an unknown namespace: %v", err)
	}
	if _, err := Run(t.Context(), Options{Target: Demo(), ServiceAccount: matrix.ServiceAccount("shop", "reconcilr")}); !errors.As(err, &name) || !slices.Contains(name.Similar, "shop/reconciler") {
		t.Errorf("an unknown account: %v", err)
	}
	var nothing *NothingExpectedError
	if _, err := Run(t.Context(), Options{Target: Demo(), ServiceAccount: matrix.ServiceAccount("kube-system", "default")}); !errors.As(err, &nothing) {
		t.Errorf("an account that no check is about: %v", err)
	}
	var version *KubeVersionError
	if _, err := Run(t.Context(), Options{Target: Manifests(strings.NewReader(string(demoFleet)), "newest", "-")}); !errors.As(err, &version) {
		t.Errorf("an unknown version of Kubernetes: %v", err)
	}
	if _, err := Run(t.Context(), Options{}); err == nil {
		t.Error("no target is accepted")
	}
}

// TestNoErrorNamesAFlag keeps the words of the command line out of the library.
func TestNoErrorNamesAFlag(t *testing.T) {
	for _, err := range []error{
		&NoFluxError{}, &NoFluxError{Namespace: "a", Found: []string{"b"}}, &NoFluxError{Unread: "forbidden"},
		&NothingToCheckError{nothing(Options{Namespace: "a", Sections: []string{"b"}, SkipBuiltin: true})},
	} {
		if strings.Contains(err.Error(), "--") || strings.Contains(err.Error(), "-n ") {
			t.Errorf("%T names a flag: %v", err, err)
		}
	}
}

// TestInterruptedRun ends the run before its first answer.
func TestInterruptedRun(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo(), Sections: []string{"lockdown", "tenants"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for f := range s.Stream(ctx, s.Report().Findings, StreamOptions{}) {
		if _, asked := f.Check.(*matrix.Asked); asked && f.Verdict != matrix.Undetermined {
			t.Errorf("%s is %s without an answer", f.Code, f.Verdict)
		}
	}
}

func TestAnswersAreRemembered(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo(), Sections: []string{"reconcilers"}})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	s.reviewer = probe.NewMemory(probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		asked++
		return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
	}))
	s.options.Concurrency = 1
	findings := s.Report().Findings
	run := func(o StreamOptions) int {
		asked = 0
		for range s.Stream(t.Context(), findings, o) {
			continue
		}
		return asked
	}
	if first, again, fresh := run(StreamOptions{}), run(StreamOptions{}), run(StreamOptions{Fresh: true}); first == 0 || again != 0 || fresh != first {
		t.Errorf("%d reviews at first, %d again, %d when fresh answers are wanted", first, again, fresh)
	}
}
