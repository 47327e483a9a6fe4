// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sections is an install with a failing check in each of the sections that sample leaves out.
func sections() Run {
	run := Run{Matrix: &matrix.Matrix{}, Report: sample().Report}
	run.Report.NotAsked = nil
	kustomize, dev := matrix.ServiceAccount("flux-system", "kustomize-controller"), matrix.ServiceAccount("apps", "dev-team")
	source := matrix.ServiceAccount("flux-system", "source-controller")
	web := matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	add := func(section, code string, subject matrix.Subject, want matrix.Effect, because, field, hint string, accesses ...matrix.Attributes) {
		origin := web
		origin.Field = field
		for _, a := range accesses {
			run.Matrix.Expectations = append(run.Matrix.Expectations, matrix.Expectation{
				Section: section, Code: code, Subject: subject, Ways: matrix.One(subject, a), Want: want, Severity: matrix.Error,
				Because: because, Origin: origin, Hint: hint,
			})
		}
	}
	add("reconcilers", "FP201", kustomize, matrix.Allow, "kustomize-controller applies what people put into Git", "", "bind it to cluster-admin",
		matrix.Attributes{Verb: "*", Group: "*", Resource: "*"})
	add("impersonation", "FP301", kustomize, matrix.Allow, "Kustomization apps/web is reconciled as apps/dev-team", "spec.serviceAccountName", "grant impersonate on the account",
		matrix.Attributes{Verb: "impersonate", Resource: "serviceaccounts", Namespace: "apps", Name: "dev-team"})
	add("tenants", "FP401", dev, matrix.Allow, "Kustomization apps/web applies it", "status.inventory", "grant it in the account's role",
		matrix.Attributes{Verb: "get", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Attributes{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Attributes{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "apps"})
	add("isolation", "FP502", dev, matrix.Deny, "staging belongs to another tenant", "spec.serviceAccountName", "take the binding away that the server names",
		matrix.Attributes{Verb: "get", Resource: "secrets", Namespace: "staging"},
		matrix.Attributes{Verb: "create", Resource: "secrets", Namespace: "staging"})
	run.Matrix.Expectations = append(run.Matrix.Expectations, matrix.Expectation{
		Section: "references", Code: "FP601", Subject: dev, Severity: matrix.Error, Settled: matrix.Exception, Origin: web,
		Because:  "Kustomization apps/web uses GitRepository shared/web: kustomize-controller follows it with its own rights",
		Observed: "apps/dev-team itself may not get gitrepositories in shared",
	})
	add("identity", "FP701", source, matrix.Allow, "OCIRepository apps/web pulls as apps/dev-team", "spec.serviceAccountName", "",
		matrix.Attributes{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: "apps", Name: "dev-team"})
	return run
}

// TestSections compares the detail of a check of each section, at each size.
func TestSections(t *testing.T) {
	names := []string{"reconcilers", "impersonation", "tenants", "isolation", "references", "identity"}
	for at, name := range names {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range sizes {
				run := sections()
				r := &rights{refused: func(_ string, a matrix.Attributes) bool { return a.Namespace != "staging" && a.Verb != "get" }}
				m := started(t, r.session(run), run, size.w, size.h, Options{})
				m.Init()
				drain(m)
				press(m, "g"+strings.Repeat("s", at)+"l<down><enter><enter>")
				if m.account == nil || m.account.section.name != name {
					t.Fatalf("not in the section:\n%s", screen(t, m))
				}
				fmt.Fprintf(&b, "== %d x %d\n%s", size.w, size.h, screen(t, m))
			}
			golden(t, "section-"+name+".txt", b.String())
		})
	}
}

// TestStyling compares where styles begin and end, in dark, light and without colour: the text is that
// of failures.txt in all of them.
func TestStyling(t *testing.T) {
	for name, options := range map[string]Options{"dark": {Color: true}, "light": {Color: true, Light: true}, "plain": {}} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range sizes {
				m := asked(t, &rights{refused: noLeases}, size.w, size.h, options)
				press(m, "n")
				content := cells(m).Render()
				if name == "plain" && strings.Contains(content, "8;2;") {
					t.Error("colour without colour")
				}
				fmt.Fprintf(&b, "== %d x %d\n%s\n", size.w, size.h, strings.ReplaceAll(strings.ReplaceAll(content, "\r\n", "\n"), "\x1b", "^"))
			}
			golden(t, "styling-"+name+".txt", b.String())
		})
	}
}

// TestThrottling wants the header to say that the server puts reviews off, while it does.
func TestThrottling(t *testing.T) {
	session, putOff := (&rights{}).session(sample()), 0
	session.Throttled = func() int { return putOff }
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	one := func(i int) batchMsg {
		return batchMsg{stream: m.stream, findings: []probe.Finding{findingOf(m, i, matrix.Pass)}}
	}
	putOff = 3
	if m.take(one(0)); !strings.Contains(screen(t, m), "throttled by the server") {
		t.Errorf("not told:\n%s", screen(t, m))
	}
	if m.take(one(1)); strings.Contains(screen(t, m), "throttled") {
		t.Error("told when it is over")
	}
}
