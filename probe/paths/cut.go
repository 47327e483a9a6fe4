// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"cmp"
	"maps"
	"slices"
)

// The limits of what is proven about the size of a cut. Each step searches the whole graph once.
const (
	mostTrimmed  = 64  // the grants of a cut that are tried to be left out
	mostSearches = 200 // the searches for a smaller cut
)

// cut returns the fewest grants without which no source reaches the goal. To find them is NP-hard, because one rule
// grants many accesses, so they are chosen greedily: the grant that is on most of the shortest paths that are left.
// The set is known to be the smallest if as many paths share no grant. Otherwise each grant is tried to be left out, and
// all smaller sets are searched: a set that cuts everything has a grant of every path.
func (f *finder) cut(goal Goal) Cut {
	c := &cutter{finder: f, goal: goal, uncut: map[string]bool{}}
	removed, least := c.greedy(), c.disjoint()
	minimal, minimum := true, len(removed) == least
	if !minimum {
		removed, minimal = c.trim(removed)
		minimum = len(removed) == least
	}
	if !minimum {
		removed, minimum = c.smaller(removed, least)
	}
	result := Cut{Goal: goal.Name, Remove: []string{}, Minimum: minimum, Minimal: minimal || minimum, Uncut: slices.Sorted(maps.Keys(c.uncut))}
	for _, grant := range removed {
		result.Remove = append(result.Remove, f.Graph.Grants[grant].Text())
		result.removed = append(result.removed, f.Graph.Grants[grant])
	}
	result.Proven = c.proven(result.removed)
	return result
}

// cutter is a finder for one goal.
type cutter struct {
	*finder
	goal     Goal
	uncut    map[string]bool // accounts with a path that no removal cuts
	searches int
}

// left returns the grants of each path that is left without some grants, sorted by what is best removed. Accounts with
// a path that has none are left out from then on.
func (c *cutter) left(removed map[int]bool) [][]int {
	var left [][]int
	c.searches++
	found := c.Graph.search(c.goal.Targets, without{grants: removed, denied: c.denied})
	c.each(found, func(i int, w route) {
		name := c.Sources[i].Subject.String()
		if grants := c.Graph.grants(w); len(grants) > 0 && !c.uncut[name] {
			slices.SortStableFunc(grants, func(a, b int) int { return cmp.Compare(c.Graph.Grants[a].Rank, c.Graph.Grants[b].Rank) })
			left = append(left, grants)
		} else {
			c.uncut[name] = true
		}
	})
	return left
}

// greedy removes what is on most paths until none is left.
func (c *cutter) greedy() []int {
	removed := map[int]bool{}
	var order []int
	for left := c.left(removed); len(left) > 0; left = c.left(removed) {
		used := map[int]int{} // how many of the paths that are left have each grant
		for _, grants := range left {
			for _, grant := range grants {
				used[grant]++
			}
		}
		for len(left) > 0 {
			grant := c.mostUsed(used)
			removed[grant] = true
			order = append(order, grant)
			left = slices.DeleteFunc(left, func(grants []int) bool {
				cut := slices.Contains(grants, grant)
				for _, other := range grants {
					if cut {
						used[other]--
					}
				}
				return cut
			})
		}
	}
	return order
}

func (c *cutter) mostUsed(used map[int]int) int {
	return slices.MinFunc(slices.Collect(maps.Keys(used)), func(a, b int) int {
		return cmp.Or(cmp.Compare(used[b], used[a]), cmp.Compare(c.Graph.Grants[a].Rank, c.Graph.Grants[b].Rank), cmp.Compare(a, b))
	})
}

// trim leaves out what is not needed; false if that are too many to try.
func (c *cutter) trim(removed []int) ([]int, bool) {
	if len(removed) > mostTrimmed {
		return removed, false
	}
	for i := len(removed) - 1; i >= 0 && len(removed) > 1; i-- {
		fewer := slices.Delete(slices.Clone(removed), i, i+1)
		if len(c.left(setOf(fewer))) == 0 {
			removed = fewer
		}
	}
	return removed, true
}

// disjoint returns how many paths were found that share no grant: no set that cuts all is smaller.
func (c *cutter) disjoint() int {
	count, blocked := 0, map[int]bool{}
	for left := c.left(blocked); len(left) > 0; left = c.left(blocked) {
		for _, grants := range left {
			if slices.ContainsFunc(grants, func(grant int) bool { return blocked[grant] }) {
				continue
			}
			count++
			for _, grant := range grants {
				blocked[grant] = true
			}
		}
	}
	return count
}

// smaller looks for a set of at least so many grants that is smaller than the one that is known, and reports whether
// what it returns is the smallest.
func (c *cutter) smaller(known []int, least int) ([]int, bool) {
	c.searches = 0
	for size := least; size < len(known); size++ {
		found, ok, finished := c.within(nil, size)
		if ok {
			return found, true
		}
		if !finished {
			return known, false
		}
	}
	return known, true
}

// within looks for a set of a size that cuts all: one grant of the first path that is left, and then the rest.
func (c *cutter) within(chosen []int, size int) (set []int, found, finished bool) {
	if c.searches >= mostSearches {
		return nil, false, false
	}
	left := c.left(setOf(chosen))
	if len(left) == 0 {
		return chosen, true, true
	}
	if len(chosen) == size {
		return nil, false, true
	}
	for _, grant := range left[0] {
		set, found, finished = c.within(append(slices.Clip(chosen), grant), size)
		if found || !finished {
			return set, found, finished
		}
	}
	return nil, false, true
}

// proven looks for the paths again in a graph that is built without the grants.
func (c *cutter) proven(removed []Grant) bool {
	if c.Without == nil {
		return false
	}
	graph, goals := c.Without(removed)
	at := slices.IndexFunc(goals, func(g Goal) bool { return g.Name == c.goal.Name })
	if at < 0 {
		return false
	}
	again := &finder{Question: Question{Graph: graph, Sources: c.Sources}}
	proven := true
	again.each(graph.search(goals[at].Targets, without{denied: c.denied}), func(i int, _ route) {
		proven = proven && c.uncut[c.Sources[i].Subject.String()]
	})
	return proven
}

func setOf(grants []int) map[int]bool {
	set := make(map[int]bool, len(grants))
	for _, grant := range grants {
		set[grant] = true
	}
	return set
}
