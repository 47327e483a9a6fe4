// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"maps"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

func heldRule(h rbac.HeldRole, rule int) rbac.HeldRule {
	return rbac.HeldRule{Binding: h.Binding, Role: h.Role, Rule: h.Role.Rules[rule], Subject: h.Subject}
}

// accounts connects the nodes of namespaces with the accounts there, and these with the goals.
func (b *builder) accounts() {
	namespaces := map[string]bool{}
	for _, all := range []map[string][]matrix.Subject{b.byNamespace, b.absent} {
		for n := range all {
			namespaces[n] = true
		}
	}
	for _, n := range b.Namespaces {
		namespaces[n.Name] = true
	}
	for _, n := range slices.Sorted(maps.Keys(namespaces)) {
		b.namespace(n)
	}
	b.graph.Read(b.node(secretsOf, everywhere, ""), b.goal(paths.Secrets, ""), "")
	b.graph.Read(b.account(matrix.Subject{Kind: matrix.KindGroup, Name: superusers}), b.goal(paths.ClusterAdmin, ""), "the API server allows the group everything")
	b.certified()
	for _, s := range b.users {
		if s.Kind == matrix.KindGroup {
			b.graph.Read(b.node(anyGroup, everywhere, ""), b.account(s), "")
		} else {
			b.graph.Read(b.node(anyUser, everywhere, ""), b.account(s), "")
		}
	}
	b.graph.Read(b.node(anyGroup, everywhere, ""), b.account(matrix.Subject{Kind: matrix.KindGroup, Name: superusers}), "")
}

// certified connects whom a client certificate can be for: any user name, that of a ServiceAccount as well, in any group
// but that of superusers, which the admission plugin CertificateSubjectRestriction refuses.
func (b *builder) certified() {
	from := b.node(certified, everywhere, "")
	b.graph.Read(from, b.node(anyUser, everywhere, ""), "")
	b.graph.Read(from, b.node(anyIdentity, everywhere, ""), "a certificate can name the user of an account")
	for _, s := range b.users {
		if s.Kind == matrix.KindGroup && s.Name != superusers {
			b.graph.Read(from, b.account(s), "")
		}
	}
}

func (b *builder) namespace(n string) {
	any, identity, pods := b.node(anyAccount, n, ""), b.node(anyIdentity, n, ""), b.node(anyPod, n, "")
	for _, kind := range []string{anyAccount, anyIdentity, anyPod, secretsOf} {
		b.graph.Read(b.node(kind, everywhere, ""), b.node(kind, n, ""), "")
	}
	b.graph.Read(identity, any, "")
	for _, s := range b.byNamespace[n] {
		b.graph.Read(any, b.account(s), "")
	}
	for _, s := range b.absent[n] {
		b.graph.Read(identity, b.account(s), "the account does not exist, which nobody checks")
	}
	if !b.RunsFlux(n) {
		b.graph.Read(pods, any, "if a pod runs as it; pods were not read")
	}
	if owner := b.owners.of(n); owner != "" {
		tenant := b.goal(paths.Tenant, owner)
		b.graph.Read(any, tenant, "")
		b.graph.Read(b.node(secretsOf, n, ""), tenant, "")
		for _, s := range slices.Concat(b.byNamespace[n], b.absent[n]) {
			b.graph.Read(b.account(s), tenant, "")
		}
	}
}

// members adds the groups that accounts and users are in, as far as something is granted to them.
func (b *builder) members() {
	for _, s := range b.known {
		if s.Kind == matrix.KindGroup {
			continue
		}
		for _, group := range s.Groups() {
			if key := (paths.Key{Subject: matrix.Subject{Kind: matrix.KindGroup, Name: group}}); b.graph.Has(key) {
				b.graph.Member(b.account(s), b.graph.Node(key))
			}
		}
	}
}

// appliers connects what is applied with the accounts that it can be applied as.
func (b *builder) appliers() {
	for _, d := range b.Deployments {
		b.graph.Read(b.node(anyPod, d.Namespace, ""), b.account(d.Account()), d.String()+" runs as it")
		if !b.Facts.Components.Applies(d.Component) {
			continue
		}
		to, condition := b.account(d.Account()), ""
		if d.Flags.Text(facts.FlagDefaultServiceAccount) == "" {
			condition = conditionOf(d)
		}
		for _, resource := range b.appliedBy(d.Component) {
			own := resource == "fluxinstances"
			if condition == "" && !own {
				continue
			}
			from := b.node(unnamed, everywhere, resource)
			if !d.Flags.Is(facts.FlagWatchAllNamespaces, true) {
				from = b.node(applied, d.Namespace, resource)
			}
			because := d.String() + " applies as " + d.Account().String() + " what names no account"
			if own {
				b.graph.Read(from, to, d.String()+" runs as it")
				continue
			}
			b.graph.Follow(from, to, b.graph.AddGrant(paths.Grant{Condition: condition}), because)
		}
	}
	for _, resource := range b.appliedBy("") {
		all := b.node(applied, everywhere, resource)
		b.graph.Read(all, b.goal(paths.Platform, ""), "")
		for _, n := range b.Namespaces {
			in := b.node(applied, n.Name, resource)
			b.graph.Read(all, in, "")
			b.graph.Read(in, b.node(unnamed, everywhere, resource), "")
			if resource != "fluxinstances" {
				b.graph.Read(in, b.node(anyIdentity, n.Name, ""), "")
			}
			if b.RunsFlux(n.Name) {
				b.graph.Read(in, b.goal(paths.Platform, ""), "")
			}
		}
	}
}

// appliedBy returns the resources of the kinds that a component applies others by; of every component when it is "".
func (b *builder) appliedBy(component string) []string {
	var resources []string
	for _, s := range b.steps {
		if s.Leads != "applies" {
			continue
		}
		for _, c := range b.Facts.Components.All {
			if c.Group == s.Accesses[0].Group && (component == "" || c.Name == component) {
				resources = append(resources, s.Accesses[0].Resource)
			}
		}
	}
	return resources
}
