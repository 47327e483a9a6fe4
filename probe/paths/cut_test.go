// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// random is a graph of up to ten edges over a few accounts, with fewer grants than edges and some that are fixed. Edges are
// drawn as draw reads them.
func random(r *rand.Rand) string {
	nodes := []string{"a", "b", "x", "y", "z", "goal"}
	lines := ""
	for i := range 3 + r.IntN(8) {
		from, to := nodes[r.IntN(5)], nodes[2+r.IntN(4)]
		switch r.IntN(8) {
		case 0:
			lines += fmt.Sprintf("%s - %s\n", from, to)
		case 1:
			lines += fmt.Sprintf("%s v%d %s !%d\n", from, i, to, r.IntN(2))
		default:
			lines += fmt.Sprintf("%s v%d %s %d\n", from, i, to, r.IntN(7))
		}
	}
	return lines
}

// reaching returns the sources with a route that is left without some grants, found without search: by following edges until
// nothing is added.
func reaching(g *Graph, goal Goal, removed uint, sources []string) []string {
	var found []string
	for _, s := range sources {
		reached := map[Node]bool{g.Account(account(s)): true}
		for again := true; again; {
			again = false
			for _, e := range g.edges {
				if reached[e.From] && !reached[e.To] && (e.Grant < 0 || removed&(1<<e.Grant) == 0) {
					reached[e.To], again = true, true
				}
			}
		}
		if reached[goal.Targets[0].Node] {
			found = append(found, s)
		}
	}
	return found
}

// TestCutIsTheSmallest compares cuts of small graphs with the smallest of all sets of grants.
func TestCutIsTheSmallest(t *testing.T) {
	sources := []string{"a", "b"}
	cuts, most := 0, 0
	for seed := range uint64(5000) {
		lines := random(rand.New(rand.NewPCG(seed, 7)))
		g, goal := draw(lines)
		var removable uint
		for i, grant := range g.Grants {
			if !grant.Fixed {
				removable |= 1 << i
			}
		}
		uncut := reaching(g, goal, removable, sources)
		smallest := bits.OnesCount(removable)
		for set := range uint(1) << len(g.Grants) {
			if set&^removable == 0 && len(reaching(g, goal, set, sources)) == len(uncut) {
				smallest = min(smallest, bits.OnesCount(set))
			}
		}
		r := find(t, lines, answering("", ""), sources...)
		if len(r.Cuts) == 0 {
			if len(reaching(g, goal, 0, sources)) > 0 {
				t.Fatalf("no path, but there is one:\n%s", lines)
			}
			continue
		}
		cuts, most = cuts+1, max(most, smallest)
		c := r.Cuts[0]
		var removed uint
		for _, name := range c.Remove {
			removed |= 1 << slices.IndexFunc(g.Grants, func(grant Grant) bool { return grant.Text() == name })
		}
		if left := reaching(g, goal, removed, sources); len(left) != len(uncut) || len(c.Uncut) != len(uncut) {
			t.Fatalf("%v is left by %q, and nothing cuts %v; said to be uncut: %v\n%s", left, c.Remove, uncut, c.Uncut, lines)
		}
		if !c.Minimum || !c.Minimal || len(c.Remove) != smallest {
			t.Fatalf("%q, minimum %v; the smallest set has %d\n%s", c.Remove, c.Minimum, smallest, lines)
		}
	}
	if cuts < 1000 || most < 3 {
		t.Errorf("%d cuts of up to %d grants: too few to say anything", cuts, most)
	}
}
