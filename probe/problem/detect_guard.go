// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// guarded groups what one guard refused. No change of RBAC helps.
func (w *finder) guarded(seed int) []*candidate {
	by := w.by(seed)
	if by == nil {
		return nil
	}
	f := &w.findings[seed]
	c := &candidate{
		cause: probe.Cause{Kind: by.Kind, Namespace: by.Namespace, Name: by.Name, Field: by.Field}, cost: 1,
		says: f.Observed, summary: sentence(f.Hint),
	}
	did, says, _ := strings.Cut(f.Observed, ": ")
	var refused []string
	oneText, oneWay := true, true
	for _, i := range w.failed {
		g := &w.findings[i]
		if other := w.by(i); !w.open[i] || other == nil || *other != *by || (g.Verdict == matrix.Undetermined) != (f.Verdict == matrix.Undetermined) {
			continue
		}
		c.explained = append(c.explained, i)
		oneText = oneText && g.Observed == f.Observed
		oneWay = oneWay && (g.Observed == did || strings.HasPrefix(g.Observed, did+": "))
		if o := object(g.Origin.Get()); o.Name != "" && !slices.Contains(refused, o.String()) {
			refused = append(refused, o.String())
		}
	}
	switch {
	case !oneWay:
		c.says = object(*by).String() + " refused it"
	case !oneText:
		c.says = did
	case strings.HasPrefix(f.Observed, by.Kind):
		c.cause.Was = says
	default:
		c.cause.Was = f.Observed
	}
	switch {
	case f.Verdict == matrix.Undetermined:
		c.says = "what admission says is not known: " + c.says
	case step(f) != 0: // the title begins with the objects of the change
	case len(refused) > 0:
		c.says = several(refused, "objects") + " cannot be reconciled: " + c.says
	}
	return []*candidate{c}
}

// effectOf is what follows from an observed finding: with what a guard says, if the title of the problem does not.
func (w *finder) effectOf(c *candidate, i int) string {
	f := &w.findings[i]
	if _, says, ok := strings.Cut(f.Observed, ": "); ok && w.by(i) != nil && c.cause.Was == "" {
		return f.Because + ": " + says
	}
	return f.Because
}

// leftOpenBy reports whether a webhook left a finding undetermined, for the reason that finding f about its configuration gives.
func (w *finder) leftOpenBy(i int, f *probe.Finding) bool {
	by, at := w.by(i), f.Origin.Get()
	return by != nil && w.findings[i].Verdict == matrix.Undetermined && isWebhook(at.Kind) && strings.HasPrefix(at.Field, "webhooks["+by.Name+"].")
}

// by is what decided an observed finding that failed; nil where that is nothing else than the object it is about.
func (w *finder) by(i int) *matrix.Origin {
	if o, ok := w.findings[i].Check.(*matrix.Observed); ok {
		return o.By
	}
	return nil
}
