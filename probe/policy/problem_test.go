// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/policy"
)

const id = "d59a2200d521"

// failed is what account cannot do, or can and must not.
func failed(account, verb, resource string) probe.Finding {
	return answer(check("FP501", "isolation", account, verb, resource), 0, true)
}

// one is a problem of all findings.
func one(findings []probe.Finding, id string) []probe.Problem {
	p := probe.Problem{ID: id, Severity: matrix.Error}
	for i := range findings {
		p.Checks = append(p.Checks, i)
	}
	p.Proof.Passes = len(findings)
	return []probe.Problem{p}
}

func TestBaselineByProblem(t *testing.T) {
	base := report(failed("dev", "get", "secrets"), failed("dev", "list", "secrets"))
	base.Problems = one(base.Findings, id+"-2")
	warned := failed("dev", "get", "secrets")
	warned.Severity = matrix.Warning
	named := failed("dev", "get", "secrets")
	access := *named.Access
	access.Name = "another"
	named.Access = &access
	named.Origin = matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "new"})
	for name, tc := range map[string]struct {
		findings []probe.Finding
		id, want string
	}{
		"the same problem":                {[]probe.Finding{failed("dev", "get", "secrets"), failed("dev", "list", "secrets")}, id, "FP501b FP501b"},
		"with another number":             {[]probe.Finding{failed("dev", "get", "secrets")}, id + "-3", "FP501b"},
		"the same checks, a new fault":    {[]probe.Finding{failed("dev", "get", "secrets")}, "000000000000", "FP501"},
		"it grew":                         {[]probe.Finding{failed("dev", "get", "secrets"), failed("dev", "create", "secrets")}, id, "FP501b FP501"},
		"it grew to another account":      {[]probe.Finding{failed("ops", "get", "secrets")}, id, "FP501"},
		"another object, the same access": {[]probe.Finding{named}, id, "FP501b"},
		"less severe":                     {[]probe.Finding{warned}, id, "FP501b:warning"},
	} {
		again := slices.Clone(tc.findings)
		p := baselineOf(base)
		left, accepted := p.ByProblem(tc.findings, one(tc.findings, tc.id))
		if got := outline(tc.findings); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		if len(left)+len(accepted) != 1 {
			t.Errorf("%s: %d problems are left, %d accepted", name, len(left), len(accepted))
		}
		if name == "it grew" && (left[0].Accepted != 1 || len(left[0].Checks) != 1 || left[0].Checks[0] != 1 || left[0].Proof.Passes != 1) {
			t.Errorf("%+v", left[0])
		}
		// The report of this run can be the next baseline.
		next := report(tc.findings...)
		next.Problems, next.Accepted = left, accepted
		if left, _ := baselineOf(next).ByProblem(again, one(again, tc.id)); len(left) > 0 {
			t.Errorf("%s: its own report does not accept it: %s", name, outline(again))
		}
	}
	higher := report(warned)
	higher.Problems = one(higher.Findings, id)
	again := []probe.Finding{failed("dev", "get", "secrets")}
	if left, _ := baselineOf(higher).ByProblem(again, one(again, id)); len(left) != 1 {
		t.Error("a higher severity is accepted")
	}
}

// A waiver of a problem accepts all of it, or what its match says, and is wrong when there is no such problem.
func TestWaiverOfAProblem(t *testing.T) {
	for name, tc := range map[string]struct {
		waiver, want string
		unmatched    int
	}{
		"all":          {"problem: " + id, "FP501w FP501w", 0},
		"some":         {"problem: \"" + id + "\"" + ", match: {access: [{verbs: [get]}]}", "FP501w FP501", 0},
		"another":      {"problem: \"000000000000\"", "FP501 FP501", 1},
		"expired":      {"problem: \"" + id + "\"" + ", until: 2020-01-01", "FP501 FP501", 0},
		"with a check": {"match: {codes: [FP501]}", "FP501 FP501", 0}, // is applied before
	} {
		p := policy.New(options(t, "waivers:\n- {"+tc.waiver+", reason: known, owner: me}\n"))
		findings := []probe.Finding{failed("dev", "get", "secrets"), failed("dev", "list", "secrets")}
		problems := one(findings, id)
		if n := len(p.Unmatched(findings, problems)); n != tc.unmatched {
			t.Errorf("%s: %d findings of FP903, want %d", name, n, tc.unmatched)
		}
		p.ByProblem(findings, problems)
		if got := outline(findings); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		if f := findings[0]; f.Verdict == matrix.Waived && (f.Waiver.Get().Problem != id || f.Waiver.Get().Owner != "me") {
			t.Errorf("%+v", f.Waiver.Get())
		}
		for _, f := range p.Rest() {
			if f.Code == "FP903" && name != "with a check" {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}
