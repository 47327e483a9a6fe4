// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/policy"
)

const waiver = "waivers:\n- {match: {codes: [FP50*], subjects: [{namespace: apps, name: d*}], access: [{verbs: [get], resources: [secrets]}]}, reason: legacy, owner: team, until: 2027-01-31}\n"

func TestWaivers(t *testing.T) {
	for today, want := range map[string]string{
		"2027-01-31T23:59:59Z":      "FP501w FP501 FP505 FP901",
		"2027-02-01T00:00:00Z":      "FP501 FP501 FP505 FP901 FP902:warning",
		"2027-02-01T01:00:00+02:00": "FP501w FP501 FP505 FP901", // it is still January in UTC
	} {
		o := options(t, waiver)
		var err error
		if o.Today, err = time.Parse(time.RFC3339, today); err != nil {
			t.Fatal(err)
		}
		findings, _ := run(policy.New(o), sample(), nil)
		if got := outline(findings); got != want {
			t.Errorf("%s: got %s, want %s", today, got, want)
		}
	}
	findings, _ := run(policy.New(options(t, waiver)), sample(), nil)
	if got := findings[0].Waiver.Get().String(); got != "legacy (team, until 2027-01-31, it is excess)" {
		t.Error(got)
	}
}

func TestOverrides(t *testing.T) {
	o := options(t, "overrides:\n- {match: {codes: [FP5*]}, severity: warning}\n- {match: {access: [{verbs: [list]}]}, disable: true, because: noise}\n- {match: {codes: [FP901]}, severity: info}\n")
	m := sample()
	findings, gaps := run(policy.New(o), m, nil)
	if got := outline(findings); got != "FP501:warning FP505:warning FP901 FP903:warning" {
		t.Error(got)
	}
	if m.Checks[0].Meta().Severity != matrix.Warning {
		t.Error("the matrix has the old severity")
	}
	want := []matrix.Gap{{Section: "custom", What: "1 built-in check", Why: "disabled by PermissionMatrix rules.yaml:5: noise"}}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Error(diff)
	}
	if f := findings[3]; f.Origin.Get().String() != "PermissionMatrix rules.yaml:6" || f.Origin.Get().File != "rules.yaml" || f.Origin.Get().Line != 6 || f.Section != "custom" {
		t.Errorf("%+v", f)
	}
}

func TestLastOverrideCounts(t *testing.T) {
	o := options(t, "overrides:\n- {match: {codes: [FP5*]}, disable: true}\n- {match: {codes: [FP505]}, severity: info}\n")
	findings, gaps := run(policy.New(o), sample(), nil)
	if got := outline(findings); got != "FP505:info FP901" || len(gaps) != 1 || gaps[0].What != "2 built-in checks" {
		t.Errorf("%s, %+v", got, gaps)
	}
}

// A finding of a comparison after the run is like any other.
func TestFindingsAfterTheRun(t *testing.T) {
	for name, tc := range map[string]struct {
		text, want string
		gaps       int
	}{
		"nothing":  {"", "FP002:warning FP002:info", 0},
		"waived":   {"waivers:\n- {match: {codes: [FP002], subjects: [{name: dev}]}, reason: our webhook, owner: me}\n", "FP002w:warning FP002w:info", 0},
		"severity": {"overrides:\n- {match: {codes: [FP002]}, severity: error}\n", "FP002 FP002", 0},
		"disabled": {"overrides:\n- {match: {codes: [FP002]}, disable: true}\n", "", 1},
		"no match": {"waivers:\n- {match: {codes: [FP002], subjects: [{name: ops}]}, reason: our webhook, owner: me}\n", "FP002:warning FP002:info FP903:warning", 0},
	} {
		findings, gaps := run(policy.New(options(t, tc.text)), &matrix.Matrix{}, differences("the server refuses it", "the server allows it"))
		if got := outline(findings); got != tc.want || len(gaps) != tc.gaps {
			t.Errorf("%s: got %s and %+v, want %s", name, got, gaps, tc.want)
		}
	}
}

func TestSelectorsThatMatchNothing(t *testing.T) {
	unmatched := strings.ReplaceAll(waiver, "d*", "x*") + "overrides:\n- {match: {codes: [FP1*]}, severity: info}\n"
	for name, tc := range map[string]struct {
		text     string
		partial  bool
		notAsked []string
		want     string
	}{
		"wrong":                  {unmatched, false, nil, "FP903:warning FP903:warning"},
		"partial run":            {unmatched, true, nil, ""},
		"code is not asked":      {"waivers:\n- {match: {codes: [FP103]}, reason: known, owner: me}\n", false, []string{"FP103", "FP002"}, ""},
		"one code is not asked":  {"waivers:\n- {match: {codes: [FP101, FP103]}, reason: known, owner: me}\n", false, []string{"FP103"}, ""},
		"other code is asked":    {"waivers:\n- {match: {codes: [FP102]}, reason: known, owner: me}\n", false, []string{"FP103"}, "FP903:warning"},
		"expired in partial run": {strings.ReplaceAll(waiver, "2027-01-31", "2020-01-01"), true, nil, "FP902:warning"},
	} {
		o := options(t, tc.text)
		o.Partial, o.NotAsked = tc.partial, tc.notAsked
		p := policy.New(o)
		p.Restrict(sample())
		if got := outline(p.Rest()); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

// In a terminal UI checks are asked in any order and again, and comparisons are repeated.
func TestApplyingAgainChangesNothing(t *testing.T) {
	o := options(t, waiver+"- {match: {codes: [FP002]}, reason: our webhook, owner: me}\n- {match: {codes: [FP9*]}, reason: a file, owner: me}\n- {match: {codes: [FP777]}, reason: a typo, owner: me}\n")
	p := policy.New(o)
	m := sample()
	first, _ := run(p, m, differences("the server refuses it"))
	if got := outline(first); got != "FP501w FP501 FP505 FP901w FP002w:warning FP903:warning" {
		t.Error(got)
	}
	for i := range 3 {
		if rest := p.Rest(); outline(rest) != "FP903:warning" || rest[0].Index != 5 {
			t.Errorf("%+v", rest)
		}
		var again []probe.Finding
		for _, f := range slices.Backward(first) {
			again = append(again, p.Apply(answer(f.Check, f.Index, true)))
		}
		slices.Reverse(again)
		if diff := cmp.Diff(outline(first), outline(again)); diff != "" {
			t.Errorf("time %d: %s", i, diff)
		}
	}
	if f := p.Apply(answer(m.Checks[0], 0, false)); f.Verdict != matrix.Pass || !f.Waiver.IsZero() {
		t.Errorf("a check that passes is %+v", f)
	}
	if f := p.Apply(probe.Judge(m.Checks[0], nil)); f.Verdict != matrix.Undetermined {
		t.Errorf("a check without an answer is %s", f.Verdict)
	}
}

func TestConcurrentUse(t *testing.T) {
	p := policy.New(options(t, waiver))
	m := sample()
	p.Restrict(m)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, f := range fail(m) {
				p.Apply(f)
			}
			p.ApplyAll(differences("the server refuses it"))
			p.Rest()
		})
	}
	wait.Wait()
}
