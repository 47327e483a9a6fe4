// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// asAnswered is what an access rests on that an account is known to have, whatever grants it.
const asAnswered = "an answer of this run"

// begin adds a node for each access that an account is known to have, from which the only paths are those that begin
// with this access.
func (b *builder) begin(accesses []matrix.Review) {
	if len(accesses) == 0 {
		return
	}
	grant := b.graph.AddGrant(paths.Grant{Condition: asAnswered, Fixed: true})
	for i, r := range accesses {
		from := b.graph.Node(beginning(i))
		b.begins[from] = r.Subject.Get()
		scope := r.Access.Namespace
		if scope == "" {
			scope = everywhere
		}
		for _, m := range b.matching([]rbacv1.PolicyRule{ruleOf(r.Access)}) {
			m.access.Verb = r.Access.Verb
			b.lead(part{from, m, scope, grant})
		}
	}
}

func beginning(i int) paths.Key { return paths.Key{Kind: "begins", Name: fmt.Sprint(i)} }

// ruleOf is a rule that allows one access.
func ruleOf(a matrix.Access) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{Verbs: []string{a.Verb}, APIGroups: []string{a.Group}, Resources: []string{a.Resource}}
	if a.Subresource != "" {
		rule.Resources[0] += "/" + a.Subresource
	}
	if a.Name != "" {
		rule.ResourceNames = []string{a.Name}
	}
	return rule
}

// holder is whose roles count for a node.
func (b *builder) holder(from paths.Node) matrix.Subject {
	if s, ok := b.begins[from]; ok {
		return s
	}
	return b.graph.Subject(from)
}

// combineWith combines the access that a path begins with with what else its account and the groups of that hold.
func (b *builder) combineWith(from paths.Node, own parts) {
	subject := b.begins[from]
	others := parts{}
	for _, s := range append([]matrix.Subject{subject}, groupsOf(subject)...) {
		key := paths.Key{Subject: s}
		if !b.graph.Has(key) || b.parts[b.graph.Node(key)] == nil {
			continue
		}
		for leads, held := range *b.parts[b.graph.Node(key)] {
			for _, p := range held {
				p.from = from
				others[leads] = append(others[leads], p)
			}
		}
	}
	for _, c := range combinations {
		for i, slot := range c.slots {
			held := parts{}
			for k, other := range c.slots {
				for _, leads := range other {
					if k == i {
						held[leads] = own[leads]
					} else {
						held[leads] = slices.Concat(own[leads], others[leads])
					}
				}
			}
			if slices.ContainsFunc(slot, func(leads string) bool { return len(own[leads]) > 0 }) {
				c.add(b, from, held)
			}
		}
	}
}

func groupsOf(s matrix.Subject) []matrix.Subject {
	var groups []matrix.Subject
	for _, name := range s.Groups() {
		groups = append(groups, matrix.Subject{Kind: matrix.KindGroup, Name: name})
	}
	return groups
}

// Brief says in few words what an access is good for, with the account that it leads to, if it does: "token of
// kustomize-controller". The account is named with its namespace if that is not the namespace of the access.
func (b Built) Brief(a matrix.Access, to matrix.Subject) string {
	for _, s := range b.steps {
		if !slices.Contains(s.Accesses, matrix.Access{Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource}) {
			continue
		}
		if to == (matrix.Subject{}) {
			return s.Brief
		}
		name := to.String()
		if to.Kind == matrix.KindServiceAccount && to.Namespace == a.Namespace {
			name = to.Name
		}
		return s.Brief + " " + s.Link() + " " + name
	}
	return a.String()
}
