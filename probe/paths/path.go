// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Path is the shortest one from an account to a goal.
type Path struct {
	From    matrix.Subject `json:"from"`
	Goal    string         `json:"goal"`              // one of the names of Goal, or namespace/name of an account
	Reaches string         `json:"reaches,omitempty"` // which one of several, such as the other tenant
	Hops    []Hop          `json:"hops"`
}

// Hop is one access on the path.
type Hop struct {
	Access    matrix.Access  `json:"access"`
	As        matrix.Subject `json:"as"`        // who has the access
	GrantedBy string         `json:"grantedBy"` // the binding, role and rule
	Because   string         `json:"because"`   // what can be done with it
	Becomes   string         `json:"becomes"`   // who or what is reached by it
	Confirmed bool           `json:"confirmed"` // the API server allows the access; false if only RBAC as it was read does
	Read      []string       `json:"read,omitempty"`

	to matrix.Subject
}

// To is the account that the hop leads to; zero when it leads to a goal, or is one of two accesses that are needed
// together.
func (h Hop) To() matrix.Subject { return h.to }

// walk calls visit with each access of a route, the account that needs it, and the edges that follow from it.
func (g *Graph) walk(from matrix.Subject, w route, visit func(as, to matrix.Subject, access *Edge, read []*Edge)) {
	as := from
	for i := 0; i < len(w.edges); {
		e := &g.edges[w.edges[i]]
		i++
		if e.Access == nil {
			as = g.after(as, e)
			continue
		}
		to := g.after(as, e)
		var read []*Edge
		for ; i < len(w.edges) && g.edges[w.edges[i]].Access == nil; i++ {
			follows := &g.edges[w.edges[i]]
			to = g.after(to, follows)
			read = append(read, follows)
		}
		visit(as, to, e, read)
		as = to
	}
}

// hops is how many accesses a route has.
func (g *Graph) hops(w route) int {
	n := 0
	for _, index := range w.edges {
		if g.edges[index].Access != nil {
			n++
		}
	}
	return n
}

// after returns who somebody is at the end of an edge.
func (g *Graph) after(as matrix.Subject, e *Edge) matrix.Subject {
	if s := g.keys[e.To].Subject; s != (matrix.Subject{}) && !e.Member {
		return s
	}
	return as
}

// path describes a route.
func (g *Graph) path(from matrix.Subject, goal Goal, w route, confirmed func(matrix.Review) bool) Path {
	p := Path{From: from, Goal: goal.Name, Hops: []Hop{}}
	if w.target.Label != goal.Name {
		p.Reaches = safetext.Printable(w.target.Label)
	}
	g.walk(from, w, func(as, to matrix.Subject, e *Edge, read []*Edge) {
		h := Hop{Access: *e.Access, As: as, Because: e.Because, Confirmed: confirmed(matrix.Review{Subject: matrix.Share(as), Access: *e.Access})}
		if e.Grant >= 0 {
			h.GrantedBy = safetext.Printable(g.Grants[e.Grant].Text())
		}
		for _, r := range read {
			if r.Because != "" {
				h.Read = append(h.Read, safetext.Printable(r.Because))
			}
		}
		if to != as {
			h.to = to
			h.Becomes = safetext.Printable(title(to))
		}
		p.Hops = append(p.Hops, h)
	})
	if n := len(p.Hops); n > 0 {
		last := &p.Hops[n-1]
		last.Becomes = strings.TrimPrefix(last.Becomes+", "+goal.describe(p.Reaches), ", ")
		if goal.Name == last.to.String() {
			last.Becomes = title(last.to)
		}
	}
	return p
}

func title(s matrix.Subject) string {
	if s.Kind == matrix.KindServiceAccount {
		return s.Kind + " " + s.String()
	}
	return s.String()
}

// grants returns the grants of a route that can be removed, each once, in the order of the route.
func (g *Graph) grants(w route) []int {
	var found []int
	seen := map[int]bool{}
	for _, index := range w.edges {
		grant := g.edges[index].Grant
		if grant >= 0 && !g.Grants[grant].Fixed && !seen[grant] {
			seen[grant] = true
			found = append(found, grant)
		}
	}
	return found
}
