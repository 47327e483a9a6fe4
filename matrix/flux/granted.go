// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// granted is what bindings give to accounts and groups. It decides nothing: it says what else is worth
// asking of the server, so that a rare right costs reviews only where something may grant it.
type granted struct {
	*view
	grants      map[matrix.Subject][]grant
	inventories map[applied]bool // what accounts apply; nil until it is asked for
	unread      string           // why bindings or roles are not known; "" when they are
}

// grant is a role where a binding makes it count.
type grant struct {
	namespace string              // "" is everywhere
	rules     []rbacv1.PolicyRule // none when the role does not exist
	builtin   bool                // the API server restores the binding when it starts: discovery, for groups
}

func (v *view) granted() *granted {
	g := &granted{view: v, grants: map[matrix.Subject][]grant{}}
	for _, list := range []string{"rolebindings", "clusterrolebindings", "roles", "clusterroles"} {
		if why := v.unread(rbacGroup, list); why != "" && g.unread == "" {
			g.unread = list + "." + rbacGroup + " could not be listed: " + why
		}
	}
	known := v.roles()
	for _, b := range v.Bindings {
		rules := known.bound(b).Rules
		for _, s := range b.Subjects {
			subject := matrix.Subject{Kind: s.Kind, Name: s.Name}
			switch s.Kind {
			case matrix.KindServiceAccount:
				subject.Namespace = s.Namespace
			case matrix.KindUser: // which can be an account by its user name
				subject = subjectOf(s.Name)
			}
			g.grants[subject] = append(g.grants[subject], grant{
				b.Namespace, rules, b.Labels["kubernetes.io/bootstrapping"] == "rbac-defaults",
			})
		}
	}
	return g
}

// of are the grants to an account, by itself or one of its groups, that count in namespace; "" asks for those
// that count everywhere. What every user is granted is left out: it is discovery.
func (g *granted) of(account matrix.Subject, namespace string) []grant {
	var found []grant
	take := func(s matrix.Subject) {
		for _, x := range g.grants[s] {
			if x.namespace == "" || x.namespace == namespace {
				found = append(found, x)
			}
		}
	}
	take(account)
	for _, group := range groupsOf(account) {
		if group.Name != "system:authenticated" {
			take(group)
		}
	}
	return found
}

// groupsOf are the groups of an account as bindings name them.
func groupsOf(account matrix.Subject) []matrix.Subject {
	var groups []matrix.Subject
	for _, name := range account.Groups() {
		groups = append(groups, matrix.Subject{Kind: matrix.KindGroup, Name: name})
	}
	return groups
}

// beyond are the accesses of more that some rule grants to the account in namespace. A rule that grants one of
// asked, too, is seen by that: a role with everything would be asked about in a hundred ways. What the account
// applies there is its work, and a rule by name for the whole cluster was made for an object that it applies.
func (g *granted) beyond(account matrix.Subject, namespace string, asked, more []reach) []matrix.Attributes {
	var found []matrix.Attributes
	for _, x := range g.of(account, namespace) {
		for _, p := range x.rules {
			if named := len(p.ResourceNames) > 0; named && namespace != "" || !named && !slices.ContainsFunc(asked, func(r reach) bool { return g.gives(p, r) }) {
				found = append(found, g.asks(p, namespace, more)...)
			}
		}
	}
	if len(found) > 0 {
		found = slices.DeleteFunc(found, func(a matrix.Attributes) bool { return g.applies(account, a) })
	}
	slices.SortFunc(found, matrix.Attributes.Compare)
	return slices.Compact(found)
}

// applied is where an account applies objects of a kind.
type applied struct {
	account                    matrix.Subject
	group, resource, namespace string
}

// applies says whether the account applies objects of the resource in the access's namespace, by some inventory.
func (g *granted) applies(account matrix.Subject, a matrix.Attributes) bool {
	if g.inventories == nil {
		g.inventories = map[applied]bool{}
		for _, r := range g.everywhere {
			if !r.impersonated() {
				continue
			}
			entries, _, _ := inventory(r.Object) // what cannot be read is told by tenants
			for _, e := range entries {
				if kind, ok := g.kind(e.Group, e.Kind); ok {
					g.inventories[applied{r.account, kind.Group, kind.Resource, e.Namespace}] = true
				}
			}
		}
	}
	return g.inventories[applied{account, a.Group, a.Resource, a.Namespace}]
}

// mostNames bounds the names of one rule that are asked about.
const mostNames = 3

// asks are the accesses of list that a rule grants, by name where the rule has names.
func (g *granted) asks(p rbacv1.PolicyRule, namespace string, list []reach) []matrix.Attributes {
	var found []matrix.Attributes
	for _, r := range list {
		a, ok := g.attributes(r, namespace)
		switch {
		case !ok || !g.gives(p, r):
		case len(p.ResourceNames) == 0:
			found = append(found, a)
		case !slices.Contains([]string{"create", "list", "watch"}, a.Verb): // which carry no name
			for _, name := range p.ResourceNames[:min(mostNames, len(p.ResourceNames))] {
				a.Name = name
				found = append(found, a)
			}
		}
	}
	return found
}

func (g *granted) gives(p rbacv1.PolicyRule, r reach) bool {
	return rule{Groups: p.APIGroups, Resources: p.Resources, Verbs: p.Verbs}.covers(matrix.Attributes{
		Verb: r.verb, Group: r.group, Resource: r.resource, Subresource: r.subresource,
	})
}

// anything is one access for each rule that an account has in namespace: of samples, else what the rule itself
// names first.
func (g *granted) anything(account matrix.Subject, namespace string, samples []reach) []matrix.Attributes {
	var found []matrix.Attributes
	for _, x := range g.of(account, namespace) {
		for _, p := range x.rules {
			if x.builtin {
				break
			}
			list := samples
			if !slices.ContainsFunc(samples, func(r reach) bool { return g.gives(p, r) }) {
				list = g.first(p)
			}
			if asked := g.asks(p, namespace, list); len(asked) > 0 {
				found = append(found, asked[0])
			}
		}
	}
	slices.SortFunc(found, matrix.Attributes.Compare)
	return slices.Compact(found)
}

// first are the accesses by the first verb of a rule to its resources that are served.
func (g *granted) first(p rbacv1.PolicyRule) []reach {
	var found []reach
	verb := "get"
	if len(p.Verbs) > 0 && p.Verbs[0] != "*" {
		verb = p.Verbs[0]
	}
	for _, group := range p.APIGroups {
		for _, resource := range p.Resources {
			name, subresource, _ := strings.Cut(resource, "/")
			found = append(found, reach{verb: verb, group: group, resource: name, subresource: subresource})
		}
	}
	return found
}
