// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/policy"
)

// report is a saved report: its findings have no checks.
func report(findings ...probe.Finding) *probe.Report {
	r := &probe.Report{}
	r.Complete(findings)
	for i := range r.Findings {
		r.Findings[i].Check, r.Findings[i].Index = nil, 0
	}
	return r
}

func baselineOf(base *probe.Report) *policy.Policy {
	return policy.New(policy.Options{Baseline: base, BaselineName: "base.json"})
}

func TestBaselineAcceptsWhatIsKnown(t *testing.T) {
	known := func(account string, change func(*probe.Finding)) probe.Finding {
		f := answer(check("FP501", "isolation", account, "get", "secrets"), 0, true)
		origin := f.Origin.Get()
		origin.Release, origin.File, origin.Field = "v2.9.4", "before.yaml", "spec.before"
		f.Origin = matrix.Share(origin)
		change(&f)
		return f
	}
	as := func(v matrix.Verdict) func(*probe.Finding) { return func(f *probe.Finding) { f.Verdict = v } }
	base := report(
		known("known", as(matrix.Excess)),
		known("waived", func(f *probe.Finding) { *f = f.Waive(probe.Waiver{Reason: "before"}) }),
		known("passed", as(matrix.Pass)),
		known("undetermined", as(matrix.Undetermined)),
		known("warned", func(f *probe.Finding) { f.Severity = matrix.Warning }),
	)
	m := &matrix.Matrix{}
	want := map[string]matrix.Verdict{
		"known": matrix.InBaseline, "waived": matrix.InBaseline,
		"passed": matrix.Excess, "undetermined": matrix.Excess, "warned": matrix.Excess, "new": matrix.Excess,
	}
	for account := range want {
		m.Checks = append(m.Checks, check("FP501", "isolation", account, "get", "secrets"))
	}
	findings, _ := run(baselineOf(base), m, nil)
	for _, f := range findings {
		if f.Verdict != want[f.Subject.Name] {
			t.Errorf("%s: %s, want %s", f.Subject.Name, f.Verdict, want[f.Subject.Name])
		}
		if f.Verdict == matrix.InBaseline && f.Waiver.Get().Reason != "accepted by base.json" {
			t.Errorf("%+v", f.Waiver)
		}
	}
}

// Of several checks that nothing tells apart, the baseline accepts as many as it has, and the same
// ones whatever the order of the answers.
func TestBaselineAcceptsDuplicatesOnce(t *testing.T) {
	same := func() matrix.Check { return check("FP501", "isolation", "dev", "get", "secrets") }
	base := report(answer(same(), 0, true), answer(same(), 1, false), answer(same(), 2, true))
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2, 0, 1}} {
		m := &matrix.Matrix{Checks: []matrix.Check{same(), same(), same(), same()}}
		p := baselineOf(base)
		p.Restrict(m)
		findings := make([]probe.Finding, 4)
		for _, i := range order {
			findings[i] = p.Apply(answer(m.Checks[i], i, true))
		}
		if got := outline(findings); got != "FP501b FP501 FP501b FP501" {
			t.Errorf("order %v: %s", order, got)
		}
	}
}

func TestBaselineOfFindingsAfterTheRun(t *testing.T) {
	base := report(differences("the server refuses get secrets", "the server allows list pods")...)
	for name, tc := range map[string]struct {
		evidence []string
		want     string
	}{
		"the same":    {[]string{"the server refuses get pods", "the server allows it"}, "FP002b:warning FP002b:info"},
		"one of them": {[]string{"the server allows it"}, "FP002b:info"},
		"one more":    {[]string{"the server refuses it", "the server refuses that", "the server allows it"}, "FP002b:warning FP002:warning FP002b:info"},
	} {
		p := baselineOf(base)
		p.Restrict(&matrix.Matrix{})
		for range 2 { // a comparison can be repeated
			findings, _ := p.ApplyAll(differences(tc.evidence...))
			if got := outline(findings); got != tc.want {
				t.Errorf("%s: got %s, want %s", name, got, tc.want)
			}
		}
	}
}

// A waiver that has expired is known to the baseline, too, and an override counts before it.
func TestBaselineWithMatrixFiles(t *testing.T) {
	o := options(t, "waivers:\n- {match: {codes: [FP501]}, reason: old, owner: me, until: 2020-01-01}\noverrides:\n- {match: {codes: [FP505]}, severity: info}\n")
	first, _ := run(policy.New(o), sample(), nil)
	if got := outline(first); got != "FP501 FP501 FP505:info FP901 FP902:warning" {
		t.Error(got)
	}
	o.Baseline, o.BaselineName = report(slices.Clone(first)...), "base.json"
	again, _ := run(policy.New(o), sample(), nil)
	if got := outline(again); got != "FP501b FP501b FP505b:info FP901b FP902b:warning" {
		t.Error(got)
	}
	o.Documents = nil
	if again, _ = run(policy.New(o), sample(), nil); outline(again) != "FP501b FP501b FP505 FP901b" {
		t.Errorf("a higher severity is accepted: %s", outline(again))
	}
}
