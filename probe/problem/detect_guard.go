// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// decidedBy is what decided a finding that was observed, if that is something else than its object.
func decidedBy(f *probe.Finding) matrix.Origin {
	if c, ok := f.Check.(*matrix.Observed); ok {
		return c.By
	}
	return matrix.Origin{}
}

// guard proposes what decided a finding, a policy or a webhook, with all that it decides in the same way: it is one
// problem, whatever the objects and accounts.
func (w *finder) guard(seed int) []*candidate {
	f := &w.findings[seed]
	by := decidedBy(f)
	if by.Kind == "" {
		return nil
	}
	was := f.Observed
	if _, says, ok := strings.Cut(was, ": "); ok {
		was = says
	}
	c := &candidate{
		cause: probe.Cause{Kind: by.Kind, Namespace: by.Namespace, Name: by.Name, Field: by.Field, Was: was},
		says:  f.Observed, cost: 1, summary: sentence(f.Hint),
	}
	for _, i := range w.failed {
		if g := &w.findings[i]; w.open[i] && decidedBy(g) == by && (g.Verdict == matrix.Undetermined) == (f.Verdict == matrix.Undetermined) {
			c.explained = append(c.explained, i)
		}
	}
	return []*candidate{c}
}

// guarded is the title of a problem that a guard makes of what is there already; "" for any other.
func (w *finder) guarded(c *candidate) string {
	f := &w.findings[c.explained[0]]
	if decidedBy(f).Kind == "" {
		return ""
	}
	and := ""
	if n := len(c.explained) - 1; n > 0 {
		and = fmt.Sprintf(", and %d more objects", n)
	}
	return sentence(f.Because + and + ": " + c.says)
}
