// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
)

// ByProblem accepts findings by the problems that they belong to: those of a problem that a waiver names, and those
// that are in the baseline. It returns the problems that are left, each with the checks that still fail, and those
// of which everything is accepted. A waiver counts before the baseline, because a person has decided about it.
func (p *Policy) ByProblem(findings []probe.Finding, problems []probe.Problem) (left, accepted []probe.Problem) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, x := range problems {
		var failing []int
		for _, i := range x.Checks {
			f := &findings[i]
			if *f = p.acceptAs(x.ID, *f); !f.Accepted() {
				failing = append(failing, i)
			}
		}
		switch {
		case len(failing) == 0:
			accepted = append(accepted, x)
		case len(failing) < len(x.Checks):
			left = append(left, reduced(x, findings, failing))
		default:
			left = append(left, x)
		}
	}
	return left, accepted
}

// acceptAs returns a finding of a problem as it counts.
func (p *Policy) acceptAs(id string, f probe.Finding) probe.Finding {
	for _, w := range p.waivers {
		if w.accepts(id, f) && !w.expired(p.options.Today) {
			return f.Waive(probe.Waiver{Reason: w.Reason, Owner: w.Owner, Until: w.Until, Problem: id})
		}
	}
	if p.baseline != nil && p.baseline.accepts(id, f) {
		return f.Known(probe.Waiver{Reason: p.baseline.reason, Problem: id})
	}
	return f
}

// accepts reports whether w names a problem and matches one of its findings.
func (w *waiver) accepts(id string, f probe.Finding) bool {
	return w.Problem != "" && (w.Problem == id || w.Problem == unnumbered(id)) && w.Match.Matches(f.Code, f.Subject, f.Access)
}

// reduced is a problem of which only some checks still fail. Its title, cause and fix stay those of all of it.
func reduced(x probe.Problem, findings []probe.Finding, failing []int) probe.Problem {
	x.Accepted = len(x.Checks) - len(failing)
	x.Proof.Passes = min(x.Proof.Passes, len(failing))
	x.Checks, x.Severity = failing, matrix.Info
	for _, i := range failing {
		if s := findings[i].Severity; weight(s) > weight(x.Severity) {
			x.Severity = s
		}
	}
	return x
}

// Unmatched returns a finding (FP903) for each waiver that names a problem and accepts nothing, numbered behind
// all findings.
func (p *Policy) Unmatched(findings []probe.Finding, problems []probe.Problem) []probe.Finding {
	p.mu.Lock()
	defer p.mu.Unlock()
	var unmatched []probe.Finding
	for _, w := range p.waivers {
		if w.Problem == "" || w.expired(p.options.Today) || !p.mustMatch(w.Match) || w.matches(findings, problems) {
			continue
		}
		if w.warning == nil {
			w.warning = &matrix.Observed{
				CheckMeta: matrix.CheckMeta{
					Section: matrixfile.Section, Code: "FP903", Severity: matrix.Warning, Origin: matrix.Share(w.document.Origin(w.field + ".problem")),
					Because: "overrides and waivers should match a check, and waivers should not have expired",
					Hint:    "remove the waiver if the problem is fixed, or correct the id",
				},
				Verdict: matrix.Missing, Evidence: "the waiver names the problem " + w.Problem + ", and accepts nothing",
			}
		}
		f := probe.Judge(w.warning, nil)
		f.Index = len(findings) + len(unmatched)
		unmatched = append(unmatched, f)
	}
	return unmatched
}

func (w *waiver) matches(findings []probe.Finding, problems []probe.Problem) bool {
	for _, x := range problems {
		for _, i := range x.Checks {
			if w.accepts(x.ID, findings[i]) {
				return true
			}
		}
	}
	return false
}
