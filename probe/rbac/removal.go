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
	"github.com/flux-probe/flux-probe/probe"
)

// Removal is how to end one Grant: by the binding, or by the rule. An access that must not be ends
// when every one of its grants does.
type Removal struct {
	Grant Grant

	// Alone says that the binding names nobody else, so that all of it can go. Loses are the other
	// rules that the subject has by it, and would lose with it.
	Alone bool
	Loses []rbacv1.PolicyRule

	// Parts are the ClusterRoles that the rule of an aggregated role comes from: it must be changed
	// there. Builtin says that the API server restores the role when it starts, so that changing it
	// is in vain. Others are who else has the rule and would lose it.
	Parts   []matrix.Origin
	Builtin bool
	Others  []Held
}

// Removals are the ways to end each grant of an access, in the order of Grants.
func (x *Index) Removals(review matrix.Review) []Removal {
	grants := x.Grants(review)
	removals := make([]Removal, 0, len(grants))
	for _, g := range grants {
		r := Removal{Grant: g, Alone: true, Builtin: builtin(g.Role.Labels)}
		for _, s := range g.Binding.Subjects {
			r.Alone = r.Alone && g.Binding.subject(s) == g.Subject
		}
		r.Loses = besides(g.Role.Rules, mergeRules([]matrix.Review{review}))
		for _, h := range x.holders(&g.Role) {
			if h.Subject != g.Subject || h.Binding.compare(g.Binding) != 0 {
				r.Others = append(r.Others, h)
			}
		}
		r.Parts = x.parts(g)
		removals = append(removals, r)
	}
	return removals
}

// besides are rules without the access itself, as far as they list it: a rule with * stays as it is.
func besides(rules, access []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	var rest []rbacv1.PolicyRule
	for _, rule := range rules {
		for _, single := range validation.BreakdownRule(rule) {
			if covers, _ := validation.Covers(access, []rbacv1.PolicyRule{single}); !covers {
				rest = append(rest, single)
			}
		}
	}
	return joinRules(rest)
}

// builtin reads the label of the roles that the API server reconciles at its start (k8s.io/kubernetes
// plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
func builtin(labels map[string]string) bool {
	return labels["kubernetes.io/bootstrapping"] == "rbac-defaults"
}

func (x *Index) parts(g Grant) []matrix.Origin {
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

// mostLoses is how many rules a line names that are lost with a binding: of a role like edit it would be
// a page.
const mostLoses = 6

// ByBinding says on one line how to end the grant by its binding, and what else that takes away.
func (r Removal) ByBinding() string {
	binding, subject := r.Grant.Binding.Origin().String(), title(r.Grant.Subject)
	text := "take " + subject + " out of " + binding
	if r.Alone {
		text = "delete " + binding
	}
	if len(r.Loses) == 0 {
		return probe.Printable(text + ": it gives nothing else")
	}
	texts := make([]string, 0, mostLoses+1)
	for i, rule := range r.Loses {
		if left := len(r.Loses) - i; i == mostLoses && left > 1 {
			texts = append(texts, fmt.Sprintf("and %d more rules of %s", left, r.Grant.Role.Origin()))
			break
		}
		texts = append(texts, RuleText(rule))
	}
	return probe.Printable(text + "; " + subject + " loses also: " + strings.Join(texts, "; "))
}

// ByRule says on one line how to end the grant by its rule, and who else would lose it; it is empty
// when the role is built in.
func (r Removal) ByRule() string {
	if r.Builtin {
		return ""
	}
	where := []string{r.Grant.Role.Origin().String()}
	if len(r.Parts) > 0 {
		where = where[:0]
		for _, p := range r.Parts {
			where = append(where, p.String())
		}
	}
	text := "narrow the rule " + RuleText(r.Grant.Rule) + " in " + strings.Join(where, " and ")
	if len(r.Others) == 0 {
		return probe.Printable(text + ": nobody else has it")
	}
	texts := make([]string, len(r.Others))
	for i, h := range r.Others {
		texts[i] = title(h.Subject) + " (" + h.Binding.Origin().String() + ")"
	}
	return probe.Printable(text + "; others who lose it: " + strings.Join(texts, ", "))
}
