// SPDX-License-Identifier: Apache-2.0

package paths

// Target is a node to be reached. Targets with the same label are the same to whoever looks for another one.
type Target struct {
	Node  Node
	Label string
}

// without are the edges that a search leaves out.
type without struct {
	grants map[int]bool
	denied map[asked]bool
}

func (w without) drops(g *Graph, e *Edge) bool {
	return e.Grant >= 0 && w.grants[e.Grant] || e.Access != nil && len(w.denied) > 0 && w.denied[asked{g.keys[e.From], *e.Access}]
}

// labels is how many targets of different labels a search finds for each node: with two, an account finds the nearest
// that is not its own.
const labels = 2

// reached is how a node reaches a target: by an edge, and then as the node where that leads to.
type reached struct {
	target Target
	edge   int32 // -1 at the target itself
	slot   int8  // of the node where the edge leads to
	set    bool
}

// routes are the shortest routes of all nodes to the targets.
type routes struct {
	graph *Graph
	nodes [][labels]reached
}

// visit is a node to be reached, by an edge.
type visit struct {
	node Node
	how  reached
}

// search finds the shortest routes of all nodes to the nearest targets of up to two labels, backwards from the targets. A
// route is as long as it has accesses: edges that follow from what was read cost nothing. It takes time in proportion to
// the edges.
func (g *Graph) search(targets []Target, w without) *routes {
	g.index()
	found := &routes{graph: g, nodes: make([][labels]reached, len(g.keys))}
	var now, next []visit
	for _, t := range targets {
		now = append(now, visit{t.Node, reached{target: t, edge: -1, set: true}})
	}
	for len(now) > 0 {
		for i := 0; i < len(now); i++ { // grows by the edges that cost nothing
			v := now[i]
			slot := found.record(v)
			if slot < 0 {
				continue
			}
			for _, index := range g.into[v.node] {
				e := &g.edges[index]
				if w.drops(g, e) {
					continue
				}
				before := visit{e.From, reached{target: v.how.target, edge: index, slot: int8(slot), set: true}}
				if e.Access == nil {
					now = append(now, before)
				} else {
					next = append(next, before)
				}
			}
		}
		now, next = next, now[:0]
	}
	return found
}

// record keeps a route, and returns its slot, or -1 if the node has routes that are as good.
func (f *routes) record(v visit) int {
	known := &f.nodes[v.node]
	for slot := range known {
		if !known[slot].set {
			known[slot] = v.how
			return slot
		}
		if known[slot].target.Label == v.how.target.Label {
			return -1
		}
	}
	return -1
}

// route is a route as the edges of a graph, in the order in which they are gone.
type route struct {
	target Target
	edges  []int32
}

// from returns the shortest route from a node to a target whose label is not own; false if there is none.
func (f *routes) from(node Node, own string) (route, bool) {
	for _, r := range f.nodes[node] {
		if !r.set || own != "" && r.target.Label == own {
			continue
		}
		w := route{target: r.target}
		for r.edge >= 0 {
			w.edges = append(w.edges, r.edge)
			r = f.nodes[f.graph.edges[r.edge].To][r.slot]
		}
		return w, true
	}
	return route{}, false
}
