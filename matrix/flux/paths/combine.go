// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// parts are what a subject holds that leads on only together with something else, by what it leads to.
type parts map[string][]part

// superusers is the group that is allowed everything (k8s.io/apiserver pkg/authentication/user/user.go@v0.37.2).
const superusers = "system:masters"

func (b *builder) aside(p part) {
	if p.grant == read {
		return // whoever has it through a role that it grants itself has simpler paths
	}
	held, ok := b.parts[p.from]
	if !ok {
		held = &parts{}
		b.parts[p.from] = held
		b.order = append(b.order, p.from)
	}
	(*held)[p.step.Leads] = append((*held)[p.step.Leads], p)
}

// combine adds the steps that take two permissions. The second edge begins at a node of its own, so that both are on
// the path.
func (b *builder) combine() {
	for _, from := range b.order {
		held := *b.parts[from]
		if _, ok := b.begins[from]; ok {
			b.combineWith(from, held)
			continue
		}
		for _, c := range combinations {
			c.add(b, from, held)
		}
	}
}

// combinations are the steps that take more than one permission: what is needed together, each as any of some leads.
var combinations = []struct {
	slots [][]string
	add   func(b *builder, from paths.Node, held parts)
}{
	{[][]string{{"writeSecret"}, {"secrets"}}, (*builder).tokenSecrets},
	{[][]string{{"bindRole"}, {"writeBinding", "writeClusterBinding"}}, (*builder).bindings},
	{[][]string{{"escalate"}, {"writeRole"}}, (*builder).escalations},
	{[][]string{{"impersonateGroup"}, {"impersonateUser", "impersonate"}}, (*builder).groups},
	{[][]string{{"constrained", "constrainedUser"}}, (*builder).constrained},
	{[][]string{{"request"}, {"approval"}, {"approve"}}, (*builder).certificates},
}

// between is the node where a subject has the first of two permissions.
func (b *builder) between(p part, name string) paths.Node {
	return b.node(fmt.Sprintf("with %d %d %s", p.from, p.grant, p.access.String()), p.scope, name)
}

// both calls visit with the pairs of parts that count in the same place, and with that place.
func both(first, second []part, visit func(p, q part, scope string)) {
	byScope := map[string][]part{}
	for _, q := range second {
		byScope[q.scope] = append(byScope[q.scope], q)
	}
	for _, p := range first {
		for _, q := range byScope[p.scope] {
			visit(p, q, p.scope)
		}
		if p.scope != everywhere {
			for _, q := range byScope[everywhere] {
				visit(p, q, p.scope)
			}
			continue
		}
		for _, q := range second {
			if q.scope != everywhere {
				visit(p, q, q.scope)
			}
		}
	}
}

// tokenSecrets: to create a Secret that is filled with a token, and to read it.
func (b *builder) tokenSecrets(_ paths.Node, held parts) {
	both(held["writeSecret"], held["secrets"], func(p, q part, scope string) {
		if len(q.names) == 0 {
			with := b.between(p, "")
			b.leadTo(p, "", with)
			b.leadFrom(with, q, "", b.node(anyAccount, scope, ""))
		}
	})
}

// bindings: to bind a role that one does not hold, and to write the binding. Without bind, a binding can give only what
// its writer holds (k8s.io/kubernetes pkg/registry/rbac/escalation_check.go@v1.37.2).
func (b *builder) bindings(_ paths.Node, held parts) {
	both(held["bindRole"], held["writeBinding"], func(p, q part, scope string) {
		p.each(func(name string) { b.bound(p, q, name, scope) })
	})
	for _, p := range held["bindRole"] {
		for _, q := range held["writeClusterBinding"] {
			if p.scope == everywhere && q.scope == everywhere && p.access.Resource == "clusterroles" {
				p.each(func(name string) { b.bound(p, q, name, "") })
			}
		}
	}
}

// bound adds what a role allows whose name can be bound in a scope, "" for the whole cluster.
func (b *builder) bound(p, q part, name, scope string) {
	with := b.between(p, name)
	b.leadTo(p, name, with)
	var to paths.Node
	switch role, known := b.RBAC().Role(roleNamespace(p, scope), name); {
	case name == "":
		to = b.powers(scope)
	case !known || scope == everywhere:
		return // a role of no such name; in every namespace alike, it is not followed
	default:
		to = b.roleIn(role.Origin(), role.Rules, scope)
	}
	q.each(func(binding string) { b.leadFrom(with, q, binding, to) })
}

func roleNamespace(p part, scope string) string {
	if p.access.Resource == "roles" {
		return scope
	}
	return ""
}

// powers is the node of everything in a namespace, in each namespace, or, when scope is "", in the whole cluster.
func (b *builder) powers(scope string) paths.Node {
	if scope == everywhere {
		return b.node(anyAccount, everywhere, "")
	}
	return b.roleIn(matrix.Origin{Kind: "everything"}, []rbacv1.PolicyRule{{Verbs: []string{"*"}, APIGroups: []string{"*"}, Resources: []string{"*"}}}, scope)
}

// roleIn is the node of what the rules of a role allow in a namespace, or in the whole cluster when that is "".
func (b *builder) roleIn(o matrix.Origin, rules []rbacv1.PolicyRule, scope string) paths.Node {
	if scope == "" {
		scope = everywhere
	}
	key := paths.Key{Kind: role, Namespace: scope, Name: o.String()}
	known := b.graph.Has(key)
	n := b.graph.Node(key)
	if known {
		return n
	}
	for _, m := range b.matchesOf(o, rules) {
		b.lead(part{n, m, scope, read})
	}
	return n
}

// escalations: to give more to a role that one has.
func (b *builder) escalations(from paths.Node, held parts) {
	for _, p := range held["escalate"] {
		for _, q := range held["writeRole"] {
			if p.access.Resource != q.access.Resource {
				continue
			}
			for _, r := range b.rolesOf(from) {
				scope, name := r.namespace, r.name
				in := scope
				if p.access.Resource == "clusterroles" {
					in = everywhere
				}
				if r.kind == p.access.Resource && p.covers(in, name) && q.covers(in, name) {
					with := b.between(p, name)
					b.leadTo(p, nameOr(p, name), with)
					b.leadFrom(with, q, nameOr(q, name), b.powers(scope))
				}
			}
		}
	}
}

// covers reports whether a part is about a name in a scope.
func (p part) covers(scope, name string) bool {
	return (p.scope == everywhere || p.scope == scope) && (len(p.names) == 0 || slices.Contains(p.names, name))
}

// nameOr is the name that a part has to be asked with.
func nameOr(p part, name string) string {
	if len(p.names) == 0 {
		return ""
	}
	return name
}

// boundRole is a role that a subject holds, in a namespace or, when that is "", in the whole cluster.
type boundRole struct{ kind, namespace, name string }

// rolesOf returns the roles that a subject holds, by itself or through a group.
func (b *builder) rolesOf(from paths.Node) []boundRole {
	var found []boundRole
	for _, held := range b.RBAC().RolesOf(b.holder(from)) {
		r := boundRole{"clusterroles", held.Binding.Namespace, held.Role.Name}
		if held.Role.Namespace != "" {
			r.kind = "roles"
		}
		found = append(found, r)
	}
	return found
}

// groups: to impersonate somebody, and a group with it: Impersonate-Group takes an Impersonate-User.
func (b *builder) groups(from paths.Node, held parts) {
	with := b.node(fmt.Sprintf("impersonates %d", from), "", "")
	for _, q := range held["impersonateGroup"] {
		for _, p := range slices.Concat(held["impersonateUser"], held["impersonate"]) {
			p.each(func(name string) { b.leadTo(p, name, with) })
		}
		q.each(func(name string) { b.leadFrom(with, q, name, b.userOf(matrix.KindGroup, name)) })
	}
}

// certificates: to request a certificate for any user, to approve it, and to be allowed to approve for the signer.
func (b *builder) certificates(from paths.Node, held parts) {
	first := b.node(fmt.Sprintf("requests %d", from), "", "")
	second := b.node(fmt.Sprintf("approves %d", from), "", "")
	if len(held["request"]) == 0 || len(held["approval"]) == 0 {
		return
	}
	for _, p := range held["approve"] {
		for _, q := range held["request"] {
			b.leadTo(q, "", first)
		}
		for _, q := range held["approval"] {
			b.leadFrom(first, q, "", second)
		}
		p.each(func(name string) { b.leadFrom(second, p, name, b.node(certified, everywhere, "")) })
	}
}
