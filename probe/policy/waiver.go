// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
)

// waiver is a waiver and whether it has matched anything.
type waiver struct {
	matrixfile.Waiver
	document *matrixfile.Document
	field    string // waivers[0]
	matched  bool
	warning  matrix.Check // that it has expired or matches nothing; nil until it is made
}

func waiversOf(documents matrixfile.Documents) (all []*waiver) {
	for _, d := range documents {
		for i, w := range d.Waivers {
			all = append(all, &waiver{Waiver: w, document: d, field: fmt.Sprintf("waivers[%d]", i)})
		}
	}
	return all
}

// expired reports whether the last day of w has passed in UTC.
func (w *waiver) expired(today time.Time) bool {
	return expiredOn(w.Until, today)
}

// waiver returns the first valid waiver that matches f; zero when none does.
func (p *Policy) waiver(f probe.Finding) (first probe.Waiver) {
	for _, w := range p.waivers {
		if w.Problem != "" || w.expired(p.options.Today) || !w.Match.Matches(f.Code, f.Subject, f.Access) {
			continue
		}
		w.matched = true
		if first == (probe.Waiver{}) {
			first = probe.Waiver{Reason: w.Reason, Owner: w.Owner, Until: w.Until}
		}
	}
	return first
}

// Rest returns the findings about the matrix files themselves, after all other findings: waivers that
// have expired (FP902), and overrides and waivers that match nothing (FP903).
func (p *Policy) Rest() []probe.Finding {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rest []probe.Finding
	used := counter[verdictKey]{}
	warn := func(c *matrix.Check, code string, origin matrix.Origin, evidence, hint string) {
		if *c == nil {
			*c = &matrix.Observed{
				CheckMeta: matrix.CheckMeta{
					Section: matrixfile.Section, Code: code, Severity: matrix.Warning, Origin: matrix.Share(origin), Hint: hint,
					Because: "overrides and waivers should match a check, and waivers should not have expired",
				},
				Verdict: matrix.Missing, Evidence: evidence,
			}
		}
		f := probe.Judge(*c, nil)
		f.Index = p.end + len(rest)
		d := decision{known: p.baseline.waiverAfter(f, used)}
		p.decisions[*c] = d
		rest = append(rest, d.apply(f))
	}
	for _, o := range p.overrides {
		if !o.matched && p.mustMatch(o.Match) {
			warn(&o.warning, "FP903", o.origin, "the override matches no check", "correct its match, or remove it")
		}
	}
	for _, w := range p.waivers {
		switch {
		case w.expired(p.options.Today):
			warn(&w.warning, "FP902", w.document.Origin(w.field+".until"), fmt.Sprintf("the waiver of %s expired on %s: %s", w.Owner, w.Until, w.Reason),
				"repair what it accepts, or renew it")
		case w.Problem == "" && !w.matched && p.mustMatch(w.Match):
			warn(&w.warning, "FP903", w.document.Origin(w.field+".match"), "the waiver matches no check", "correct its match, or remove it")
		}
	}
	return rest
}

// mustMatch reports whether a selector that matches nothing is wrong. It is not if the run has left out
// what it could match.
func (p *Policy) mustMatch(s matrixfile.Selector) bool {
	return !p.options.Partial && !slices.ContainsFunc(s.Codes, func(code string) bool { return slices.Contains(p.options.NotAsked, code) })
}
