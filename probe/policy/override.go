// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
)

// override is an override and whether it has matched anything.
type override struct {
	matrixfile.Override
	origin  matrix.Origin
	matched bool
	warning matrix.Check // that it matches nothing; nil until it is made
}

func overridesOf(documents matrixfile.Documents) (all []*override) {
	for _, d := range documents {
		for i, o := range d.Overrides {
			all = append(all, &override{Override: o, origin: d.Origin(fmt.Sprintf("overrides[%d]", i))})
		}
	}
	return all
}

// override returns the override of f, nil when there is none. Of several that match, the last counts.
// Rules of matrix files have no override: people change them where they wrote them.
func (p *Policy) override(f probe.Finding) (last *override) {
	if f.Section == matrixfile.Section {
		return nil
	}
	for _, o := range p.overrides {
		if o.Match.Matches(f.Code, f.Subject, f.Access) {
			o.matched, last = true, o
		}
	}
	return last
}

// gaps returns how many checks each override has disabled.
func (p *Policy) gaps(disabled counter[*override]) (gaps []matrix.Gap) {
	for _, o := range p.overrides {
		n := disabled[o]
		if n == 0 {
			continue
		}
		what, why := fmt.Sprintf("%d built-in checks", n), "disabled by "+o.origin.String()
		if n == 1 {
			what = "1 built-in check"
		}
		if o.Because != "" {
			why += ": " + o.Because
		}
		gaps = append(gaps, matrix.Gap{Section: matrixfile.Section, What: what, Why: why})
	}
	return gaps
}
