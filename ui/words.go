// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// repository is where the documentation of the checks is read.
const repository = "https://github.com/flux-probe/flux-probe"

// description is one finding in words, for the formats that have a place for each check. All of it is
// printable and on one line.
type description struct {
	name    string // what is checked, whatever the result: "FP101 apps/dev get secrets in apps"
	claim   string // the result
	because string
	reason  string // the server's words, or what was read; empty when the claim holds it
	hint    string
}

func describe(f probe.Finding) description {
	d := description{because: because(f), reason: safetext.Printable(f.Reason), hint: safetext.Printable(f.Hint)}
	d.reason = cmp.Or(accepted(f), d.reason, safetext.Printable(f.Observed))
	what, short := "", safetext.Printable(f.Origin.Get().String())
	if f.Access != nil {
		row := rowOf(*f.Access)
		what = sentence(row, []string{f.Access.Verb})
		short = safetext.Printable(f.Access.Verb + " " + rowLabel(row))
	}
	d.claim = claim(f, what)
	if strings.Contains(d.claim, d.reason) {
		d.reason = ""
	}
	d.name = safetext.Printable(f.Code)
	for _, part := range []string{subjectOf(f.Subject), short} {
		if part != "" {
			d.name += " " + part
		}
	}
	return d
}

// accepted is why a finding is accepted, by whom and for how long; empty when it is not.
func accepted(f probe.Finding) string {
	if !f.Accepted() {
		return ""
	}
	return safetext.Printable(f.Waiver.Get().String())
}

// acceptance is the word for how a finding is accepted. What a baseline has is not waived: nobody decided about it.
func acceptance(v matrix.Verdict) string {
	if v == matrix.InBaseline {
		return "in the baseline"
	}
	return string(v)
}

// needsAttention reports whether f is not met and somebody should look at it.
func needsAttention(f probe.Finding) bool { return f.Failed() && f.Severity != matrix.Info }

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

// DocumentationOf is the address where a check is documented.
func DocumentationOf(code string) string { return anchor(code) }

// anchor is where a check is documented.
func anchor(code string) string {
	return repository + "/blob/main/docs/checks.md#" + strings.ToLower(plainWord(code))
}
