// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Removal describes how to remove one grant of an access: by its binding, or by its rule. The access
// is gone only when every grant of it is removed.
type Removal struct {
	Grant HeldRule

	// OnlySubject reports that the binding names no other subject, so that it can be deleted.
	OnlySubject bool
	// Loses are the other rules that the subject holds through the binding and would lose with it.
	Loses []rbacv1.PolicyRule

	// AggregatedFrom are the ClusterRoles that the rule of an aggregated role comes from and in which
	// it has to be changed.
	AggregatedFrom []matrix.Origin
	// Others are the other subjects that hold the role and would lose the rule.
	Others []HeldRole
}

// Removals returns how to remove each grant of an access, in the order of Grants.
func (x *Index) Removals(review matrix.Review) []Removal {
	access := []rbacv1.PolicyRule{ruleOf(review.Access)}
	grants := x.Grants(review)
	removals := make([]Removal, 0, len(grants))
	for _, g := range grants {
		r := Removal{Grant: g, OnlySubject: true, AggregatedFrom: x.aggregatedFrom(g)}
		for _, s := range g.Binding.Subjects {
			r.OnlySubject = r.OnlySubject && g.Binding.Subject(s) == g.Subject
		}
		_, loses := validation.Covers(access, g.Role.Rules) // a rule with * stays as it is
		r.Loses = joinRules(loses)
		for _, h := range x.holders(&g.Role) {
			if h.Subject != g.Subject || h.Binding.compare(g.Binding) != 0 {
				r.Others = append(r.Others, h)
			}
		}
		removals = append(removals, r)
	}
	return removals
}

func (x *Index) aggregatedFrom(g HeldRule) []matrix.Origin {
	if g.Role.Aggregation == nil {
		return nil
	}
	var parts []matrix.Origin
	selectors := selectorsOf(&g.Role)
	for i := range x.roles {
		part := &x.roles[i]
		if part.Namespace == "" && part.Name != g.Role.Name && part.Aggregation == nil && selected(selectors, part.Labels) &&
			slices.ContainsFunc(part.Rules, func(r rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(r, g.Rule) }) {
			parts = append(parts, part.Origin())
		}
	}
	return parts
}

// maxLostRules is how many lost rules a line lists: those of a role like edit would fill a page.
const maxLostRules = 6

// ByBinding describes on one line how to remove the grant by its binding, and what else the subject
// loses.
func (r Removal) ByBinding() string {
	binding, entries := r.Grant.Binding.Origin().String(), strings.Join(r.entries(), " and ")
	text := "remove " + entries + " from " + binding
	if r.OnlySubject {
		text = "delete " + binding
	}
	if len(r.Loses) == 0 {
		return safetext.Printable(text + ": it grants nothing else")
	}
	texts := make([]string, 0, maxLostRules+1)
	for i, rule := range r.Loses {
		if left := len(r.Loses) - i; i == maxLostRules && left > 1 {
			texts = append(texts, fmt.Sprintf("and %d more rules of %s", left, r.Grant.Role.Origin()))
			break
		}
		texts = append(texts, RuleText(rule))
	}
	return safetext.Printable(text + "; " + title(r.Grant.Subject) + " also loses: " + strings.Join(texts, "; "))
}

// entries names the subject as the binding does, which can be twice: by the ServiceAccount and by its
// user name.
func (r Removal) entries() []string {
	var entries []string
	for _, s := range r.Grant.Binding.Subjects {
		subject := r.Grant.Binding.Subject(s)
		if subject != r.Grant.Subject {
			continue
		}
		if s.Kind != subject.Kind {
			subject = matrix.Subject{Kind: s.Kind, Name: s.Name}
		}
		if text := title(subject); !slices.Contains(entries, text) {
			entries = append(entries, text)
		}
	}
	return entries
}

// ByRule describes on one line how to remove the grant by its rule, and who else would lose it. It is
// empty for a built-in role, which the API server restores.
func (r Removal) ByRule() string {
	if r.Grant.Role.Builtin() {
		return ""
	}
	roles := []string{r.Grant.Role.Origin().String()}
	if len(r.AggregatedFrom) > 0 {
		roles = roles[:0]
		for _, part := range r.AggregatedFrom {
			roles = append(roles, part.String())
		}
	}
	text := "narrow the rule " + RuleText(r.Grant.Rule) + " in " + strings.Join(roles, " and ")
	if len(r.Others) == 0 {
		return safetext.Printable(text + ": no other subject has it")
	}
	others := make([]string, len(r.Others))
	for i, h := range r.Others {
		others[i] = title(h.Subject) + " (" + h.Binding.Origin().String() + ")"
	}
	return safetext.Printable(text + "; others that lose it: " + strings.Join(others, ", "))
}
