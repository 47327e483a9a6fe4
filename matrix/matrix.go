// SPDX-License-Identifier: Apache-2.0

// Package matrix is the expected matrix: who must be able to do what, and who must not.
//
// Its values come from a source of expectations (package matrix/flux derives them from a snapshot
// of a cluster) and go to package probe, which asks the API server and judges the answers:
//
//	snapshot ──derive──▶ matrix.Matrix ──ask──▶ probe.Finding
//
// The package does no I/O and knows neither Flux nor a Kubernetes client.
package matrix

// Gap is something that was left out of the matrix, and why: a component that is not installed, a
// reconciliation on another cluster, a list that the asker may not read.
type Gap struct {
	Section string `json:"section"`
	What    string `json:"what"`
	Why     string `json:"why"`
}

// Matrix is all that is expected, in the order in which it is shown.
type Matrix struct {
	Expectations []Expectation
	NotAsked     []Gap
}

// Reviews are the distinct questions that settle the matrix if every way has to be asked, in order
// of first use. Fewer are asked when a first way holds.
func (m *Matrix) Reviews() []Review {
	seen := make(map[Review]bool, len(m.Expectations))
	var reviews []Review
	for _, e := range m.Expectations {
		if e.Settled != "" {
			continue
		}
		for _, way := range e.Ways {
			for _, r := range way {
				if !seen[r] {
					seen[r] = true
					reviews = append(reviews, r)
				}
			}
		}
	}
	return reviews
}

// Only keeps the expectations and gaps for which keep is true of their section; it returns a new Matrix.
func (m *Matrix) Only(keep func(section string) bool) *Matrix {
	n := &Matrix{}
	for _, e := range m.Expectations {
		if keep(e.Section) {
			n.Expectations = append(n.Expectations, e)
		}
	}
	for _, g := range m.NotAsked {
		if keep(g.Section) {
			n.NotAsked = append(n.NotAsked, g)
		}
	}
	return n
}
