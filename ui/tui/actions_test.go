// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

func TestCopy(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	cmd := press(m, "ny")
	want := "kubectl auth can-i get leases.coordination.k8s.io -A --as=system:serviceaccount:flux-system:source-controller" +
		" --as-group=system:serviceaccounts --as-group=system:serviceaccounts:flux-system --as-group=system:authenticated"
	if got := fmt.Sprint(cmd()); got != want || !strings.Contains(screen(t, m), "sent the command") {
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

func TestCopyFix(t *testing.T) {
	session := (&rights{refused: noLeases}).session(sample())
	session.Fix = func(_ context.Context, f probe.Finding) (string, error) {
		return "kind: Role # " + f.Access.Resource, nil
	}
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	drain(m)
	_, cmd := m.Update(press(m, "nx")())
	if got := fmt.Sprint(cmd()); got != "kind: Role # leases" || !strings.Contains(screen(t, m), "sent what settles it") {
		t.Errorf("x copies %q", got)
	}
	m.session.Fix = func(context.Context, probe.Finding) (string, error) { return "", errors.New("no answer") }
	m.Update(press(m, "x")())
	if !strings.Contains(screen(t, m), "error: making the fix: no answer") {
		t.Errorf("the error is not shown:\n%s", screen(t, m))
	}
}

// TestSaved opens the report of a run, which must look as the run did.
func TestSaved(t *testing.T) {
	live := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	session, run := Saved(live.report())
	m := started(t, session, run, 120, 40, Options{})
	m.Init()
	if got, want := screen(t, m), screen(t, live); got != want {
		t.Errorf("the saved report looks otherwise:\n%s\n%s", got, want)
	}
	for _, keys := range []string{"r", "R", "p", "w", "e", "x"} {
		if cmd := press(m, keys); cmd != nil || m.status == "" {
			t.Errorf("%s does something to a saved report, or says nothing", keys)
		}
	}
	again := m.report()
	if again.Summary != live.report().Summary {
		t.Errorf("summary %+v, was %+v", again.Summary, live.report().Summary)
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
