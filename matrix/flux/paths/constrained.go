// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// constrained: to impersonate an account for some requests only (KEP-5284). It takes a permission on the account, and
// one on each request. It is taken for a step if one of the requests is a step itself, whether the account can make it
// or not: the graph does not keep apart what an account does for somebody.
func (b *builder) constrained(_ paths.Node, held parts) {
	for _, mode := range []struct{ leads, on string }{{"constrained", "impersonate-on:serviceaccount:"}, {"constrainedUser", "impersonate-on:user-info:"}} {
		for _, p := range held[mode.leads] {
			on, grant, ok := b.behalf(p.from, mode.on)
			if !ok {
				continue
			}
			p.each(func(name string) {
				with := b.between(p, name)
				b.leadTo(p, name, with)
				to := b.accountIn(p.scope, name, anyIdentity)
				if mode.leads == "constrainedUser" {
					to = b.userOf(matrix.KindUser, name)
				}
				b.graph.Allow(with, to, &on, grant, "it can send such requests as whom it impersonates")
			})
		}
	}
}

// behalf finds a permission to send, as somebody else, a request that is a step.
func (b *builder) behalf(from paths.Node, prefix string) (matrix.Access, int, bool) {
	for _, held := range b.RBAC().RolesOf(b.holder(from)) {
		for i, rule := range held.Role.Rules {
			stripped := rule
			stripped.Verbs = nil
			for _, verb := range rule.Verbs {
				if v, ok := strings.CutPrefix(verb, prefix); ok {
					stripped.Verbs = append(stripped.Verbs, v)
				}
			}
			if len(stripped.Verbs) == 0 {
				continue
			}
			for _, m := range b.matching([]rbacv1.PolicyRule{stripped}) {
				scope := held.Binding.Namespace
				if scope == "" {
					scope = everywhere
				}
				p := part{from: from, match: match{rule: i, step: m.step, access: m.access, names: m.names}, scope: scope}
				name := ""
				if len(m.names) > 0 {
					name = m.names[0]
				}
				access, ok := b.accessOf(p, name)
				if !ok || m.step == nil {
					continue
				}
				on := *access
				on.Verb = prefix + on.Verb
				return on, b.graph.AddGrant(paths.Grant{Held: heldRule(held, i), Rank: 1}), true
			}
		}
	}
	return matrix.Access{}, 0, false
}
