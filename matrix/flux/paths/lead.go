// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// each calls visit with each name of a part, or once with "" when it is about all.
func (p part) each(visit func(name string)) {
	if len(p.names) == 0 {
		visit("")
		return
	}
	for _, name := range p.names {
		visit(name)
	}
}

// lead adds where a part leads to. What needs a second part is put aside for combine.
func (b *builder) lead(p part) {
	if p.step == nil {
		b.leadTo(p, "", b.goal(paths.ClusterAdmin, ""))
		return
	}
	switch p.step.Leads {
	case "token":
		p.each(func(name string) { b.leadTo(p, name, b.accountIn(p.scope, name, anyAccount)) })
	case "impersonate":
		p.each(func(name string) { b.leadTo(p, name, b.accountIn(p.scope, name, anyIdentity)) })
		b.aside(p)
	case "impersonateUser":
		p.each(func(name string) { b.leadTo(p, name, b.userOf(matrix.KindUser, name)) })
		b.aside(p)
	case "pod":
		p.each(func(name string) { b.leadTo(p, name, b.node(anyAccount, p.scope, "")) })
	case "exec":
		p.each(func(name string) { b.leadTo(p, name, b.node(anyPod, p.scope, "")) })
	case "execAnywhere":
		p.each(func(name string) { b.leadTo(p, name, b.node(anyPod, everywhere, "")) })
	case "admission":
		p.each(func(name string) { b.leadTo(p, name, b.goal(paths.ClusterAdmin, "")) })
	case "applies":
		p.each(func(name string) { b.leadTo(p, name, b.node(applied, p.scope, p.access.Resource)) })
	case "source", "config":
		p.each(func(name string) { b.leadTo(p, name, b.contentOf(p.access.Resource, p.scope, name)) })
	case "push":
		p.each(func(name string) { b.leadTo(p, name, b.node(repository, p.scope, "")) })
	case "receiver":
		if p.scope == everywhere || b.RunsFlux(p.scope) {
			p.each(func(name string) { b.leadTo(p, name, b.goal(paths.Platform, "")) })
		}
	case "secrets":
		p.each(func(name string) { b.leadTo(p, name, b.secretIn(p.scope, name)) })
		b.aside(p)
	default:
		b.aside(p)
	}
}

// accountIn is the node of an account by its name, or of any account when that is "".
func (b *builder) accountIn(scope, name, anyOf string) paths.Node {
	switch {
	case name == "":
		return b.node(anyOf, scope, "")
	case scope != everywhere && anyOf == anyAccount && b.Absent(matrix.ServiceAccount(scope, name)):
		return b.node("absent", scope, name) // it leads nowhere
	case scope != everywhere:
		return b.account(matrix.ServiceAccount(scope, name))
	}
	n := b.node(named, everywhere, name)
	for _, s := range b.byName[name] {
		b.graph.Read(n, b.account(s), "")
	}
	return n
}

func (b *builder) userOf(kind, name string) paths.Node {
	switch {
	case name != "":
		return b.account(matrix.Subject{Kind: kind, Name: name})
	case kind == matrix.KindGroup:
		return b.node(anyGroup, everywhere, "")
	default:
		return b.node(anyUser, everywhere, "")
	}
}

// secretIn is the node of reading a Secret by its name, or all when that is "". One Secret of a tenant is enough.
func (b *builder) secretIn(scope, name string) paths.Node {
	key := paths.Key{Kind: secretsOf, Namespace: scope, Name: name}
	known := b.graph.Has(key)
	n := b.graph.Node(key)
	switch owner := b.owners.of(scope); {
	case known || name == "":
	case owner != "":
		b.graph.Read(n, b.goal(paths.Tenant, owner), "")
	case scope == everywhere:
		of := b.node("a Secret of", everywhere, "")
		b.graph.Read(n, of, "")
		for _, owner := range b.owners.all() {
			b.graph.Read(of, b.goal(paths.Tenant, owner), "")
		}
	}
	return n
}
