// SPDX-License-Identifier: Apache-2.0

// Package paths finds where permissions lead: the shortest path from an account to a goal, over accesses that turn one
// account into another, and the fewest grants whose removal leaves no path.
//
//	RBAC as read, what is known about Flux ──matrix/flux/paths──▶ Graph ──Find──▶ Report ──▶ ui
//	probe.Reviewer (answers) ────────────────────────────────────────────┘
//
// A Graph has a node for each account and goal, and nodes between them, such as "any account of namespace apps", so
// that a permission in a namespace or in the whole cluster is one edge and not one for each account. An edge is
// either an access, with what grants it, or follows from what was read. Every access of a path that is reported was
// asked of the reviewer. The package knows neither Flux nor a terminal nor client-go.
package paths

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Key identifies a node: an account, user or group by its Subject alone, anything else by Kind, Namespace and Name.
type Key struct {
	Subject         matrix.Subject
	Kind            string
	Namespace, Name string
}

// Node is a node of one Graph.
type Node int32

// Grant is what an access rests on: a rule that a binding grants, or a condition that was read, such as a flag that
// is not set.
type Grant struct {
	Held      rbac.HeldRule
	Condition string // what removes it; "" for a rule
	Fixed     bool   // it cannot be removed: the cluster, or Flux itself, needs it
	Rank      int    // of grants that cut as many paths, the one of the lowest rank is removed
}

// Text describes the grant on one line.
func (g Grant) Text() string {
	if g.Condition != "" {
		return g.Condition
	}
	return g.Held.Text()
}

// noGrant is the grant of an edge that rests on nothing that could be removed.
const noGrant = -1

// Edge leads from one node to another.
type Edge struct {
	From, To Node
	Access   *matrix.Access // that is needed; nil if the edge follows from what was read
	Grant    int            // index of Graph.Grants; noGrant without one
	Because  string         // one line for people; can be empty
	Member   bool           // To is a group that the account is in: the account stays who it is
}

// Graph is built once and then searched, by one goroutine at a time. Its zero value is empty.
type Graph struct {
	Grants []Grant

	keys  []Key
	ids   map[Key]Node
	edges []Edge

	into [][]int32 // edges by To; built by the first search
}

// Node returns the node of a key, which it adds if it is not there.
func (g *Graph) Node(k Key) Node {
	if id, ok := g.ids[k]; ok {
		return id
	}
	if g.ids == nil {
		g.ids = map[Key]Node{}
	}
	id := Node(len(g.keys))
	g.ids[k] = id
	g.keys = append(g.keys, k)
	return id
}

// Has reports whether there is a node of a key.
func (g *Graph) Has(k Key) bool {
	_, ok := g.ids[k]
	return ok
}

// Account returns the node of a subject.
func (g *Graph) Account(s matrix.Subject) Node { return g.Node(Key{Subject: s}) }

// AddGrant adds a grant and returns its index.
func (g *Graph) AddGrant(grant Grant) int {
	g.Grants = append(g.Grants, grant)
	return len(g.Grants) - 1
}

// Allow adds an edge that needs an access.
func (g *Graph) Allow(from, to Node, access *matrix.Access, grant int, because string) {
	g.edges = append(g.edges, Edge{From: from, To: to, Access: access, Grant: grant, Because: because})
}

// Follow adds an edge that follows from what was read, as long as a condition holds that can be removed.
func (g *Graph) Follow(from, to Node, grant int, because string) {
	g.edges = append(g.edges, Edge{From: from, To: to, Grant: grant, Because: because})
}

// Read adds an edge that follows from what was read.
func (g *Graph) Read(from, to Node, because string) { g.Follow(from, to, noGrant, because) }

// Member adds that an account is in a group.
func (g *Graph) Member(account, group Node) {
	g.edges = append(g.edges, Edge{From: account, To: group, Grant: noGrant, Member: true})
}

// Edges returns how many edges there are.
func (g *Graph) Edges() int { return len(g.edges) }

// index arranges the edges by where they lead to.
func (g *Graph) index() {
	if len(g.into) == len(g.keys) {
		return
	}
	counts := make([]int32, len(g.keys))
	for i := range g.edges {
		counts[g.edges[i].To]++
	}
	all := make([]int32, len(g.edges))
	g.into = make([][]int32, len(g.keys))
	next := 0
	for n, count := range counts {
		g.into[n] = all[next : next : next+int(count)]
		next += int(count)
	}
	for i := range g.edges {
		to := g.edges[i].To
		g.into[to] = append(g.into[to], int32(i))
	}
}

// Subject returns the subject of a node; zero for one that is no account, user or group.
func (g *Graph) Subject(n Node) matrix.Subject { return g.keys[n].Subject }
