// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/compare"
)

// unanswered groups the findings without an answer by why there is none: a list that the asker cannot read,
// or one error of the server, is one problem however many checks it leaves undetermined.
func (w *finder) unanswered(seed int) []*candidate {
	f := &w.findings[seed]
	if f.Verdict != matrix.Undetermined {
		return nil
	}
	why := reason(f)
	c := &candidate{
		cause: probe.Cause{Kind: "API server", Field: why, Was: why}, cost: 1,
		says:    "there is no answer: " + cmp.Or(why, "no reason is known"),
		summary: "Run this again; if it stays, see why the API server does not answer",
	}
	same := func(g *probe.Finding) bool { return reason(g) == why }
	if resource := w.unreadIn(why); resource != "" {
		c.cause = probe.Cause{Kind: matrix.KindUser, Name: w.AskedAs, Field: "list " + resource, Want: "list " + resource}
		c.says = fmt.Sprintf("%s could not be listed: %s", resource, w.snapshot.Unread[resource])
		if w.snapshot.Forbidden[resource] {
			asker := strings.TrimSpace("the user " + w.AskedAs)
			c.says = fmt.Sprintf("%s, who asks, cannot list %s", asker, resource)
			c.summary = fmt.Sprintf("Let %s list %s", asker, resource)
		}
		same = func(g *probe.Finding) bool { return w.unreadIn(reason(g)) == resource }
	}
	for _, i := range w.failed {
		if g := &w.findings[i]; w.open[i] && g.Verdict == matrix.Undetermined && same(g) {
			c.explained = append(c.explained, i)
		}
	}
	return []*candidate{c}
}

// reason is why a finding has its verdict, in the words of whoever gave it.
func reason(f *probe.Finding) string { return cmp.Or(f.Reason, f.Observed) }

// unreadIn returns the list that could not be read and that a text is about; "" for none.
func (w *finder) unreadIn(text string) string {
	found := ""
	for resource, why := range w.snapshot.Unread {
		plural, _, _ := strings.Cut(resource, ".")
		if why != "" && strings.Contains(text, why) && strings.Contains(strings.ToLower(text), plural) && resource > found {
			found = resource
		}
	}
	return found
}

// otherAuthorizer groups what RBAC, as it was read, does not explain: something else allows or refuses it.
func (w *finder) otherAuthorizer(seed int) []*candidate {
	f := &w.findings[seed]
	if w.snapshot.WhyRBACUnread() != "" || w.asked[seed] != nil && w.byRBAC[seed] || w.asked[seed] == nil && f.Code != compare.Code {
		return nil
	}
	allows := w.allows(seed)
	verb, field := "refuses what RBAC grants", "denied"
	if allows {
		verb, field = "allows what RBAC does not grant", "allowed"
	}
	c := &candidate{
		cause: probe.Cause{Kind: "authorizer", Field: field, Was: f.Reason},
		says:  "the API server " + verb, cost: 1,
		summary: "Look at the other authorizers of the API server (--authorization-config); RBAC cannot change this",
	}
	if f.Reason != "" {
		c.says += ": " + f.Reason
	}
	for _, i := range w.failed {
		g := &w.findings[i]
		if w.open[i] && g.Verdict != matrix.Undetermined && w.allows(i) == allows &&
			(w.asked[i] != nil && !w.byRBAC[i] || w.asked[i] == nil && g.Code == compare.Code) {
			c.explained = append(c.explained, i)
		}
	}
	return []*candidate{c}
}

// allows reports whether a failed finding is about an access that the server allows.
func (w *finder) allows(i int) bool {
	f := &w.findings[i]
	if w.asked[i] == nil {
		return f.Verdict == matrix.Excess
	}
	return f.Want == matrix.Deny
}

// observed proposes the object and field that an observed finding is about, with all findings about it; and
// the one refusal that is repeated in many objects.
func (w *finder) observed(seed int) []*candidate {
	f := &w.findings[seed]
	if w.asked[seed] != nil || f.Origin.Get().Kind == "" {
		return nil
	}
	if f.Verdict == matrix.Missing && w.snapshot.Absent(f.Subject) && !strings.HasSuffix(f.Origin.Get().Kind, "Binding") && !isWebhook(f.Origin.Get().Kind) {
		return w.accountOf(f.Subject)
	}
	if c := w.shippedRole(f); c != nil {
		return []*candidate{c}
	}
	if c := w.boundSubject(f); c != nil && w.best(seed, []*candidate{c}) != nil {
		return []*candidate{c}
	}
	o := object(f.Origin.Get())
	c := &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: f.Origin.Get().Field},
		says:  o.String() + ": " + f.Observed, cost: 1, summary: sentence(f.Hint),
	}
	switch {
	case f.Verdict == matrix.Excess, step(f) != 0, isWebhook(o.Kind):
		c.cause.Was = f.Observed
	default:
		c.cause.Want = f.Hint
	}
	if strings.HasPrefix(f.Origin.Get().Field, "--") {
		w.flag(c, f)
	}
	repeated := 0
	for _, i := range w.failed {
		g := &w.findings[i]
		if w.open[i] && w.leftOpenBy(i, f) {
			c.explained = append(c.explained, i)
		}
		if !w.open[i] || w.asked[i] != nil || g.Verdict != f.Verdict {
			continue
		}
		here := object(g.Origin.Get()) == o && g.Origin.Get().Field == f.Origin.Get().Field
		again := f.Verdict == matrix.Missing && g.Code == f.Code && f.Subject != (matrix.Subject{}) && g.Subject == f.Subject && g.Observed == f.Observed
		if here || again {
			c.explained = append(c.explained, i)
		}
		if !here && again {
			repeated++
		}
	}
	if repeated > 0 {
		c.says = f.Observed
	}
	c.passes = len(c.explained)
	return []*candidate{c}
}

// sentence begins with a capital.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// unexplained is a finding that nothing explains, with those that have the same cause in their words.
func (w *finder) unexplained(seed int) *candidate {
	f := &w.findings[seed]
	c := &candidate{cost: 1, summary: sentence(f.Hint)}
	why := reason(f)
	switch {
	case w.asked[seed] == nil:
		c.says = cmp.Or(f.Observed, f.Because)
	case f.Verdict == matrix.Missing && w.snapshot.WhyRBACUnread() == "":
		c.cause = probe.Cause{Kind: f.Origin.Get().Kind, Namespace: f.Origin.Get().Namespace, Name: f.Origin.Get().Name, Field: f.Origin.Get().Field}
		c.says = "what it needs is forbidden by " + cmp.Or(w.opposite(seed), "another check") + ", and no role can satisfy both"
		c.summary = "Change what asks for it, or waive one of the checks"
	case f.Verdict == matrix.Excess && w.byRBAC[seed]:
		c.cause = probe.Cause{Kind: f.Subject.Kind, Namespace: f.Subject.Namespace, Name: f.Subject.Name}
		c.says = "what it must not have is needed for " + cmp.Or(w.opposite(seed), "another check") + ", and no role can satisfy both"
		c.summary = "Change what asks for it, or waive one of the checks"
	default:
		c.says = "nothing that could be read explains it"
		if why != "" {
			c.says += ": " + why
		}
	}
	for _, i := range w.failed {
		g := &w.findings[i]
		if w.open[i] && g.Verdict == f.Verdict && g.Subject == f.Subject && reason(g) == why && (w.asked[i] != nil) == (w.asked[seed] != nil) &&
			(w.asked[i] != nil || i == seed) {
			c.explained = append(c.explained, i)
		}
	}
	if !slices.Contains(c.explained, seed) {
		c.explained = append(c.explained, seed)
	}
	return c
}
