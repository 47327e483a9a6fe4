// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// repository is where the documentation of the checks is read.
const repository = "https://github.com/flux-probe/flux-probe"

// told is one finding in words, for the formats that have a place for each check. All of it is
// printable and on one line.
type told struct {
	name    string // what is checked, whatever came of it: "FP101 apps/dev get secrets in apps"
	claim   string // what came of it
	because string
	reason  string // the server's words, or what was read; empty when the claim holds it
	hint    string
}

func tell(f probe.Finding) told {
	t := told{because: because(f), reason: probe.Printable(f.Reason), hint: probe.Printable(f.Hint)}
	t.reason = cmp.Or(waived(f), t.reason, probe.Printable(f.Observed))
	what, short := "", probe.Printable(f.Origin.String())
	if f.Access != nil {
		row := rowOf(*f.Access)
		what = sentence(row, []string{f.Access.Verb})
		short = probe.Printable(f.Access.Verb + " " + rowLabel(row))
	}
	t.claim = claim(f, what)
	if strings.Contains(t.claim, t.reason) {
		t.reason = ""
	}
	t.name = probe.Printable(f.Code)
	for _, part := range []string{subjectOf(f.Subject), short} {
		if part != "" {
			t.name += " " + part
		}
	}
	return t
}

// waived is why a finding is accepted, by whom and for how long; empty when it is not.
func waived(f probe.Finding) string {
	if f.Verdict != matrix.Waived {
		return ""
	}
	return probe.Printable(f.Waiver.String())
}

// failsRun says whether f alone keeps a run from passing: the counts missing, excess and
// undetermined of a summary.
func failsRun(f probe.Finding) bool { return f.Failed() && f.Severity == matrix.Error }

// warns says whether f is one of the warnings of a summary.
func warns(f probe.Finding) bool { return f.Failed() && f.Severity == matrix.Warning }

// filled are the texts that are not empty.
func filled(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

func decimal(n int) string { return strconv.Itoa(n) }

// plainWord is s without what is not a letter or digit of ASCII, as codes are.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

// anchor is where a check is documented.
func anchor(code string) string {
	return repository + "/blob/main/docs/checks.md#" + strings.ToLower(plainWord(code))
}
