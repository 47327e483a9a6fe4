// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// match is what a rule of a role is good for.
type match struct {
	rule   int
	step   *facts.Step // nil: the rule grants everything
	access matrix.Access
	names  []string // all when empty
}

// part is a match that somebody holds in a scope.
type part struct {
	from paths.Node
	match
	scope string // a namespace, or everywhere
	grant int    // read: it is not held yet
}

// read is the grant of a part that would be held after a step that grants it.
const read = -1

// everything is the access that cluster-admin has.
var everything = matrix.Access{Verb: "*", Group: "*", Resource: "*"}

// grants adds an edge for each rule that is good for something.
func (b *builder) grants() {
	var last rbac.HeldRule
	grants := map[int]int{}
	for h, rule := range b.RBAC().Each {
		if h.Subject != last.Subject || h.Binding.Origin() != last.Binding.Origin() {
			last, grants = h, map[int]int{}
		}
		for _, m := range b.matchesOf(h.Role.Origin(), h.Role.Rules) {
			if m.rule != rule {
				continue
			}
			grant, again := grants[rule]
			if !again {
				grant = b.graph.AddGrant(paths.Grant{Held: h, Fixed: b.fixed(h), Rank: rank(h)})
				grants[rule] = grant
			}
			scope := h.Binding.Namespace
			if scope == "" {
				scope = everywhere
			}
			b.lead(part{b.account(h.Subject), m, scope, grant})
		}
	}
}

// rank prefers to remove what is granted outside of the account's own namespace, and leaves what people are granted to
// the last: a tenant that can impersonate an administrator is what is wrong, and not the administrator.
func rank(h rbac.HeldRule) int {
	if h.Subject.Kind != matrix.KindServiceAccount && !everyAccount(h.Subject) {
		return 3
	}
	if h.Binding.Namespace != "" && h.Binding.Namespace == h.Subject.Namespace {
		return 2
	}
	return 1
}

// everyAccount reports whether a group is one that ServiceAccounts are in.
func everyAccount(s matrix.Subject) bool {
	return s.Kind == matrix.KindGroup && slices.Contains(matrix.ServiceAccount(strings.TrimPrefix(s.Name, "system:serviceaccounts:"), "any").Groups(), s.Name)
}

// fixed reports whether a grant is not to be removed: the API server restores it, or it belongs to Flux's own
// accounts or to those of kube-system.
func (b *builder) fixed(h rbac.HeldRule) bool {
	return h.Binding.Builtin() || h.Subject.Namespace == systemNamespace || h.Subject.Namespace != "" && b.RunsFlux(h.Subject.Namespace)
}

const systemNamespace = "kube-system"

// matchesOf returns what the rules of a role are good for, computed once.
func (b *builder) matchesOf(o matrix.Origin, rules []rbacv1.PolicyRule) []match {
	if found, ok := b.matches[o]; ok {
		return found
	}
	found := b.matching(rules)
	b.matches[o] = found
	return found
}

func (b *builder) matching(rules []rbacv1.PolicyRule) []match {
	var found []match
	for i, rule := range rules {
		names := rule.ResourceNames
		rule.ResourceNames = nil
		if len(names) == 0 && rbac.Covers(rule, everything) {
			found = append(found, match{rule: i, access: everything})
		}
		for k := range b.steps {
			step := &b.steps[k]
			counting := names
			if len(names) > 0 && len(step.Names) > 0 {
				counting = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !slices.Contains(step.Names, n) })
				if len(counting) == 0 {
					continue
				}
			}
			at := slices.IndexFunc(step.Accesses, func(a matrix.Access) bool {
				// A create request carries no name, but for a subresource it does.
				return (len(names) == 0 || a.Verb != "create" || a.Subresource != "") && rbac.Covers(rule, a)
			})
			if at >= 0 {
				found = append(found, match{i, step, step.Accesses[at], counting})
			}
		}
	}
	return found
}

// accessOf is the access of a part, to one name or, when it is "", to all. What belongs to no namespace is granted
// only everywhere.
func (b *builder) accessOf(p part, name string) (*matrix.Access, bool) {
	a := p.access
	a.Name = name
	if p.scope != everywhere {
		a.Namespace = p.scope
		resource, ok := b.Resource(a.Group, a.Resource, a.Subresource)
		bindHere := a.Verb == "bind"
		if matrix.IsVirtualResource(a.Group, a.Resource) && a.Resource != "serviceaccounts" || ok && !resource.Namespaced && !bindHere || p.step == nil {
			return nil, false
		}
	}
	return &a, true
}

// leadTo adds the edge of a part, for one name or, when it is "", for all.
func (b *builder) leadTo(p part, name string, to paths.Node) { b.leadFrom(p.from, p, name, to) }

func (b *builder) leadFrom(from paths.Node, p part, name string, to paths.Node) {
	access, ok := b.accessOf(p, name)
	if !ok {
		return
	}
	because := ""
	if p.step != nil {
		because = p.step.Because
	}
	if p.grant == read {
		b.graph.Read(from, to, "")
		return
	}
	b.graph.Allow(from, to, access, p.grant, because)
}
