// SPDX-License-Identifier: Apache-2.0

package file

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
)

// Section is the section of what comes from files, and Code the code of a person's own expectation.
const (
	Section = "custom"
	Code    = "FP901"
)

// Apply puts overrides and waivers on m, in the order of the files: of several overrides that match a
// check the last counts, of several waivers the first. A waiver counts through its last day. An
// expired one is a warning (FP902); so is one that matches nothing (FP903), unless m is only a part
// of what could be asked.
func (s Set) Apply(m *matrix.Matrix, today time.Time, part bool) {
	checks := len(m.Expectations)
	for _, l := range s {
		for i, o := range l.Overrides {
			l.override(m, o, fmt.Sprintf("overrides[%d]", i), &checks, part)
		}
	}
	for _, l := range s {
		for i, w := range l.Waivers {
			l.waive(m, w, fmt.Sprintf("waivers[%d]", i), checks, today, part)
		}
	}
}

// override changes the built-in ones of the first checks of m; a disabled one leaves it, with a gap.
func (l *Loaded) override(m *matrix.Matrix, o Override, field string, checks *int, part bool) {
	kept, matched, disabled := m.Expectations[:0:0], 0, 0
	for i, e := range m.Expectations {
		if i < *checks && e.Section != Section && o.Match.Matches(e) {
			matched++
			if o.Disable {
				disabled++
				continue
			}
			e.Severity = o.Severity
		}
		kept = append(kept, e)
	}
	m.Expectations = kept
	*checks -= disabled
	if disabled > 0 {
		m.NotAsked = append(m.NotAsked, matrix.Gap{
			Section: Section, What: fmt.Sprintf("%d built-in checks", disabled), Why: "switched off by " + l.Origin(field).String() + because(o.Because),
		})
	}
	if matched == 0 && !part {
		m.Expectations = append(m.Expectations, l.warning("FP903", field, "the override matches no check", "correct its match, or remove it"))
	}
}

func (l *Loaded) waive(m *matrix.Matrix, w Waiver, field string, checks int, today time.Time, part bool) {
	if until, err := time.Parse(time.DateOnly, w.Until); err == nil && !today.UTC().Before(until.AddDate(0, 0, 1)) {
		m.Expectations = append(m.Expectations, l.warning("FP902", field+".until",
			fmt.Sprintf("the waiver of %s expired on %s: %s", w.Owner, w.Until, w.Reason), "repair what it waives, or renew it"))
		return
	}
	matched := false
	for i := range m.Expectations[:checks] {
		e := &m.Expectations[i]
		if !w.Match.Matches(*e) {
			continue
		}
		matched = true
		if e.Waiver == (matrix.Waiver{}) {
			e.Waiver = matrix.Waiver{Reason: w.Reason, Owner: w.Owner, Until: w.Until}
		}
	}
	if !matched && !part {
		m.Expectations = append(m.Expectations, l.warning("FP903", field+".match", "the waiver matches no check", "correct its match, or remove it"))
	}
}

// warning is a finding about the file itself.
func (l *Loaded) warning(code, field, observed, hint string) matrix.Expectation {
	return matrix.Expectation{
		Section: Section, Code: code, Severity: matrix.Warning, Settled: matrix.Missing, Observed: observed,
		Because: "what is accepted or changed should be so for a reason that still holds", Origin: l.Origin(field), Hint: hint,
	}
}

// Origin is the field of the file as the origin of a check.
func (l *Loaded) Origin(field string) matrix.Origin {
	o := matrix.Origin{Kind: Kind, Name: l.Name, Field: field}
	if at := l.At(field); at.Line > 0 {
		o.Name = fmt.Sprintf("%s:%d", l.Name, at.Line)
		if l.Name != StandardInput {
			o.File, o.Line = filepath.ToSlash(filepath.Clean(l.Name)), at.Line
		}
	}
	return o
}

func because(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}
