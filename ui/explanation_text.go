// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func explanationText(e *Explained, o Options) []byte {
	var b bytes.Buffer
	p := newPen(o)
	p.answerer = answerer(e.Source)
	line := func(head, text string) {
		fmt.Fprintln(&b, p.wrap(fmt.Sprintf("%-9s%s", head, probe.Printable(text)), 11))
	}
	fmt.Fprintln(&b, p.wrap(p.paint(probe.Printable(e.About), bold), 2))
	if worth := withoutCluster(e.Source); worth != "" {
		fmt.Fprintln(&b, p.wrap(p.paint(worth, yellow), 2))
	}
	for i, c := range e.Chain {
		line(first(i, "chain"), c)
	}
	checks := fmt.Sprintf("%s of the matrix, %s as expected", count(e.Checks), count(e.AsExpected))
	if e.ForInformation > 0 {
		checks += fmt.Sprintf(", %s for information", count(e.ForInformation))
	}
	line("checks", checks)
	told := alike(e.Explanations)
	for _, a := range told {
		p.explanation(&b, a, line)
	}
	if e.Grant != "" {
		if len(told) > 1 {
			b.WriteByte('\n')
		}
		apply := "apply exactly this:"
		if slices.ContainsFunc(e.Explanations, func(x Explanation) bool { return len(x.NearMisses) > 0 }) {
			apply = "correct what nearly grants it, or " + apply
		}
		line("next", apply)
	}
	for text := range strings.Lines(e.Grant) {
		b.WriteString("         " + strings.TrimRight(text, "\n") + "\n")
	}
	return b.Bytes()
}

// explained is what several accesses share: all but what they are, and the checks that depend on them.
type explained struct {
	*Explanation // of the first
	accesses
	checks []string // the lines about them
}

// alike puts the accesses together that have the same explanation.
func alike(explanations []Explanation) []*explained {
	var order []*explained
	for i := range explanations {
		x := &explanations[i]
		at := slices.IndexFunc(order, func(a *explained) bool { return a.like(x) })
		if at < 0 {
			at = len(order)
			order = append(order, &explained{Explanation: x})
		}
		a := order[at]
		a.add(x.Access)
		for _, c := range x.Checks {
			if line := fmt.Sprintf("%s %s wants %s: %s", c.Code, c.Severity, c.Want, c.Because); !slices.Contains(a.checks, line) {
				a.checks = append(a.checks, line)
			}
		}
	}
	return order
}

func (a *explained) like(x *Explanation) bool {
	return a.Subject == x.Subject && a.Verdict == x.Verdict && a.mark() == x.mark() && a.Reason == x.Reason && a.Unread == x.Unread &&
		a.Second == x.Second && slices.Equal(a.Grants, x.Grants) && slices.Equal(a.NearMisses, x.NearMisses) && slices.Equal(a.Next, x.Next)
}

// maxChecks is how many of the checks that depend on an access are named.
const maxChecks = 6

func (p pen) explanation(b *bytes.Buffer, x *explained, line func(head, text string)) {
	what := x.sentences()
	fmt.Fprintf(b, "\n%s\n", p.wrap(p.mark(x.mark(), matrix.Error)+" "+string(x.Verdict)+": "+subjectOf(x.Subject)+" "+what[0], 2))
	for i, also := range what[1:] {
		line(first(i, "also"), also)
	}
	line(p.answerer, orNone(x.Reason))
	if x.Second != "" {
		line("but", x.Second)
	}
	for i, g := range x.Grants {
		line(first(i, "granted"), g)
	}
	for i, n := range x.NearMisses {
		line(first(i, "nearly"), n)
	}
	if x.Unread != "" {
		line("unread", "grants and near misses are not all known: "+x.Unread)
	}
	for i, c := range x.checks {
		if left := len(x.checks) - i; i == maxChecks-1 && left > 1 {
			line("", count(left)+" more checks (-o yaml names all)")
			break
		}
		line(first(i, "check"), c)
	}
	for i, n := range x.Next {
		line(first(i, "next"), n)
	}
}

// mark is that of the verdict which a check would have: of those that depend on the access, the first
// that fails. An allowance and a refusal that no check is about are marked as what they are.
func (x *Explanation) mark() matrix.Verdict {
	wants := func(effect matrix.Effect) bool {
		return slices.ContainsFunc(x.Checks, func(d Depending) bool { return d.Want == effect })
	}
	switch {
	case x.Verdict == NotAnswered:
		return matrix.Undetermined
	case x.Verdict == NotAllowed && (wants(matrix.Allow) || len(x.Checks) == 0):
		return matrix.Missing
	case x.Verdict == Allowed && wants(matrix.Deny):
		return matrix.Excess
	default:
		return matrix.Pass
	}
}

// first is the word before the first of several lines.
func first(i int, word string) string {
	if i > 0 {
		return ""
	}
	return word
}
