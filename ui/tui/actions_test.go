// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestCopy(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	cmd := press(m, "ny")
	want := "kubectl auth can-i get leases.coordination.k8s.io -A --as=system:serviceaccount:flux-system:source-controller" +
		" --as-group=system:serviceaccounts --as-group=system:serviceaccounts:flux-system --as-group=system:authenticated"
	if got := fmt.Sprint(cmd()); got != want || !strings.Contains(screen(t, m), "sent the command to the terminal (OSC 52)") {
		t.Errorf("y copies %q", got)
	}
	var finding probe.Finding
	if err := json.Unmarshal([]byte(fmt.Sprint(press(m, "Y")())), &finding); err != nil || finding.Code != "FP101" || finding.Verdict != "missing" {
		t.Errorf("Y copies %+v, %v", finding, err)
	}
	for _, keys := range []string{"gs<esc><esc>s", "ss<down>"} {
		if cmd := press(asked(t, &rights{}, 120, 40, Options{}), keys+"y"); cmd != nil {
			t.Errorf("%sy copies %v", keys, cmd())
		}
	}
}

func TestSave(t *testing.T) {
	r := &rights{refused: noLeases}
	session := r.session(sample())
	var report *probe.Report
	session.Save = func(r *probe.Report) (string, error) { report = r; return "flux-probe.json", nil }
	m := started(t, session, sample(), 80, 24, Options{})
	m.Init()
	drain(m)
	m.Update(press(m, "e")())
	if report == nil || report.Summary.Missing != 8 || report.Summary.Reviews != 40 || report.Interrupted || !strings.Contains(screen(t, m), "flux-probe.json") {
		t.Errorf("e writes %+v", report)
	}
	m.session.Save = func(*probe.Report) (string, error) { return "", errors.New("disk full") }
	m.Update(press(m, "e")())
	if !strings.Contains(screen(t, m), "error: writing the report: disk full") {
		t.Errorf("the error is not shown:\n%s", screen(t, m))
	}
}

func TestExplain(t *testing.T) {
	session := (&rights{refused: noLeases}).session(sample())
	session.Explain = func(_ context.Context, f probe.Finding) ([]string, error) {
		return []string{"no grant: " + f.Access.Resource}, nil
	}
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	drain(m)
	m.Update(press(m, "n<enter>")())
	if got := screen(t, m); !strings.Contains(got, "no grant: leases") {
		t.Errorf("not explained:\n%s", got)
	}
	if cmd := press(m, "<enter>"); cmd != nil {
		t.Error("explains what is explained already")
	}
}

// The fix is read before it is copied, and what took it is said.
func TestShowFix(t *testing.T) {
	session := (&rights{refused: noLeases}).session(sample())
	session.Fix = func(_ context.Context, f probe.Finding) (string, error) {
		return "kind: Role # " + f.Access.Resource, nil
	}
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	drain(m)
	m.Update(press(m, "nx")())
	if got := screen(t, m); !strings.Contains(got, "kind: Role # leases") {
		t.Errorf("x does not show the fix:\n%s", got)
	}
	copied := ""
	m.options.Copy = func(text string) (string, error) { copied = text; return "xclip", nil }
	m.Update(press(m, "y")())
	if copied != "kind: Role # leases" || !strings.Contains(screen(t, m), "copied the fix (xclip)") {
		t.Errorf("y copies %q:\n%s", copied, screen(t, m))
	}
	press(m, "<esc>")
	if got := screen(t, m); strings.Contains(got, "kind: Role") {
		t.Errorf("esc does not close it:\n%s", got)
	}
	m.session.Fix = func(context.Context, probe.Finding) (string, error) { return "", errors.New("no answer") }
	m.Update(press(m, "x")())
	if !strings.Contains(screen(t, m), "error: making the fix: no answer") {
		t.Errorf("the error is not shown:\n%s", screen(t, m))
	}
	press(m, "m")
	if got := screen(t, m); !strings.Contains(got, "copied the fix (xclip)") || strings.Count(got, "no answer") != 1 {
		t.Errorf("m does not show the messages:\n%s", got)
	}
}

// TestSaved opens the report of a run, which must look as the run did and keep its result.
func TestSaved(t *testing.T) {
	live := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	m := started(t, Session{}, live.report(), 120, 40, Options{})
	m.Init()
	if got, want := screen(t, m), screen(t, live); got != want {
		t.Errorf("the saved report looks otherwise:\n%s\n%s", got, want)
	}
	for _, keys := range []string{"r", "R", "p", "w", "e", "x"} {
		if cmd := press(m, keys); cmd != nil || m.status == "" {
			t.Errorf("%s does something to a saved report, or says nothing", keys)
		}
	}
	if diff := cmp.Diff(live.report(), m.report(), cmpopts.IgnoreFields(probe.Finding{}, "Check")); diff != "" {
		t.Errorf("the report is another one (-want +got):\n%s", diff)
	}
}

// TestSavedResultStands opens the report of a run that warnings failed, also one that does not say so.
func TestSavedResultStands(t *testing.T) {
	for _, failOn := range []matrix.Severity{matrix.Warning, ""} {
		saved := asked(t, &rights{}, 120, 40, Options{}).report()
		saved.Asked.FailOn, saved.Summary.Result = failOn, probe.ResultFail
		m := started(t, Session{}, saved, 120, 40, Options{})
		m.Init()
		if got := m.report().Summary; got.Result != probe.ResultFail || got.Warnings != 1 {
			t.Errorf("fail-on %q: %+v", failOn, got)
		}
	}
}

// TestFailOnWarning wants the header and the report to count warnings as failures where they are.
func TestFailOnWarning(t *testing.T) {
	report := sample()
	report.Asked.FailOn = matrix.Warning
	r := &rights{}
	m := started(t, r.session(report), report, 120, 40, Options{})
	m.Init()
	drain(m)
	if got := m.report().Summary.Result; got != probe.ResultFail || !strings.Contains(screen(t, m), "1 failing") {
		t.Errorf("result %s:\n%s", got, screen(t, m))
	}
}

// TestReportOfAnOpenRun wants what was not asked to be undetermined, never passed.
func TestReportOfAnOpenRun(t *testing.T) {
	m := started(t, (&rights{}).session(sample()), sample(), 80, 24, Options{})
	r := m.report()
	if !r.Interrupted || r.Summary.Undetermined != 40 || r.Summary.Pass != 0 || r.Summary.Result != probe.ResultUndetermined {
		t.Errorf("%+v", r.Summary)
	}
}
