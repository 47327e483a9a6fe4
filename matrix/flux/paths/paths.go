// SPDX-License-Identifier: Apache-2.0

// Package paths knows what of RBAC and of Flux turns one account into another, and builds the graph of it, which
// probe/paths searches.
//
//	model.Model, facts.Steps ──Build──▶ probe/paths.Graph, goals, sources
//
// Edges are the rules that bindings give to an account or group (steps.yaml says what each is good for), and what is
// known from the objects of Flux: who applies a Kustomization as which account, and what its content is. Nodes such as
// "any account of namespace apps" keep the number of edges in proportion to rules and objects. The package asks nothing.
package paths

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// everywhere is the scope of what counts in all namespaces.
const everywhere = "*"

// Options choose what is looked for. The zero value is all goals from every tenant.
type Options struct {
	From matrix.Subject // the account that paths begin at; every tenant's when zero
	To   string         // the name of one goal, or an account as namespace/name; all goals when ""

	// Accesses, when there are any, are what the paths begin with, one for each source: accesses that accounts are known
	// to have.
	Accesses []matrix.Review
}

// Built is what Build returns.
type Built struct {
	Graph   *paths.Graph
	Sources []paths.Source
	Goals   []paths.Goal

	model   *model.Model
	options Options
	steps   []facts.Step
}

// Build builds the graph of a model.
func Build(m *model.Model, o Options) Built {
	b := newBuilder(m)
	b.grants()
	b.begin(o.Accesses)
	b.combine()
	b.accounts()
	b.appliers()
	b.objects()
	b.members()
	return Built{b.graph, b.sources(o), b.goals(o), m, o, b.steps}
}

// Question returns what probe/paths looks for; whoever asks adds a reviewer.
func (b Built) Question() paths.Question {
	return paths.Question{
		Graph: b.Graph, Sources: b.Sources, Goals: b.Goals,
		Without: func(removed []paths.Grant) (*paths.Graph, []paths.Goal) {
			again := Build(without(b.model, removed), b.options)
			return again.Graph, again.Goals
		},
	}
}

func (b *builder) sources(o Options) []paths.Source {
	if o.From != (matrix.Subject{}) {
		return []paths.Source{{Subject: o.From, Own: b.owners.of(o.From.Namespace)}}
	}
	var found []paths.Source
	for i, r := range o.Accesses {
		found = append(found, paths.Source{Subject: r.Subject.Get(), Own: b.owners.of(r.Subject.Get().Namespace), At: beginning(i)})
	}
	if len(found) > 0 {
		return found
	}
	for _, t := range b.Tenants {
		found = append(found, paths.Source{Subject: t.Account, Own: b.owners.of(t.Account.Namespace)})
	}
	return found
}

func (b *builder) goals(o Options) []paths.Goal {
	if o.To != "" && !slices.Contains(paths.Goals(), o.To) {
		namespace, name := splitAccount(o.To)
		return []paths.Goal{{Name: o.To, Targets: []paths.Target{{Node: b.account(matrix.ServiceAccount(namespace, name)), Label: o.To}}}}
	}
	var found []paths.Goal
	for _, name := range paths.Goals() {
		if o.To != "" && o.To != name {
			continue
		}
		goal := paths.Goal{Name: name}
		if name == paths.Tenant {
			for _, owner := range b.owners.all() {
				goal.Targets = append(goal.Targets, paths.Target{Node: b.goal(paths.Tenant, owner), Label: owner})
			}
		} else {
			goal.Targets = []paths.Target{{Node: b.goal(name, ""), Label: name}}
		}
		found = append(found, goal)
	}
	return found
}

// builder is a graph in the making.
type builder struct {
	*model.Model
	graph  *paths.Graph
	steps  []facts.Step
	owners owners

	byNamespace map[string][]matrix.Subject // the accounts that exist
	byName      map[string][]matrix.Subject
	absent      map[string][]matrix.Subject // the accounts that are bound or named, and do not exist
	users       []matrix.Subject            // the users and groups that are bound
	seen        map[matrix.Subject]bool
	known       []matrix.Subject // those of seen, in their order

	matches map[matrix.Origin][]match // of each role
	parts   map[paths.Node]*parts
	order   []paths.Node                  // of parts
	begins  map[paths.Node]matrix.Subject // the nodes that begin with a known access
}

func newBuilder(m *model.Model) *builder {
	b := &builder{
		Model: m, graph: &paths.Graph{}, steps: served(m), owners: ownersOf(m),
		byNamespace: map[string][]matrix.Subject{}, byName: map[string][]matrix.Subject{}, absent: map[string][]matrix.Subject{},
		seen: map[matrix.Subject]bool{}, matches: map[matrix.Origin][]match{}, parts: map[paths.Node]*parts{}, begins: map[paths.Node]matrix.Subject{},
	}
	for _, a := range m.ServiceAccounts {
		b.know(matrix.ServiceAccount(a.Namespace, a.Name))
	}
	for _, t := range m.Tenants {
		b.know(t.Account)
	}
	for _, r := range m.Reconciliations {
		b.know(r.Account)
	}
	for _, binding := range m.Bindings {
		for _, s := range binding.Subjects {
			b.know(binding.Subject(s))
		}
	}
	return b
}

// know adds a subject once.
func (b *builder) know(s matrix.Subject) {
	if s == (matrix.Subject{}) || b.seen[s] {
		return
	}
	b.seen[s] = true
	b.known = append(b.known, s)
	switch {
	case s.Kind != matrix.KindServiceAccount:
		b.users = append(b.users, s)
	case b.Absent(s):
		b.absent[s.Namespace] = append(b.absent[s.Namespace], s)
	default:
		b.byNamespace[s.Namespace] = append(b.byNamespace[s.Namespace], s)
		b.byName[s.Name] = append(b.byName[s.Name], s)
	}
}

// served returns the steps whose resource is served, or that only the authorizer knows.
func served(m *model.Model) []facts.Step {
	constrained := m.KubernetesVersion().AtLeast(m.Facts.Applying.Constrained.Since.Major(), m.Facts.Applying.Constrained.Since.Minor())
	return slices.DeleteFunc(slices.Clone(m.Facts.Steps.All), func(s facts.Step) bool {
		a := s.Accesses[0]
		if matrix.IsConstrainedImpersonation(a.Verb) {
			return !constrained
		}
		_, ok := m.Resource(a.Group, a.Resource, a.Subresource)
		return !ok && !matrix.IsAuthorizerVerb(a.Verb) && m.FailedGroup(a.Group) == ""
	})
}
