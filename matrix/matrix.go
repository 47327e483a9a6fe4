// SPDX-License-Identifier: Apache-2.0

// Package matrix is the expected matrix: who must be able to do what, and who must not.
//
// Its checks are derived from a snapshot of a cluster (by packages matrix/flux and matrix/matrixfile)
// and go to package probe, which asks the API server and judges the answers:
//
//	snapshot ──derive──▶ matrix.Matrix ──ask──▶ probe.Finding
//
// The package does no I/O and knows neither Flux nor a Kubernetes client.
package matrix

import "iter"

// Matrix is all that is expected, in the order in which it is shown.
type Matrix struct {
	Checks   []Check
	NotAsked []Gap
}

// Reviews yields the distinct reviews that decide the matrix if every alternative has to be asked,
// in order of first use. Fewer are asked when a first alternative holds.
func (m *Matrix) Reviews() iter.Seq[Review] {
	return func(yield func(Review) bool) {
		seen := make(map[ReviewKey]struct{})
		for _, c := range m.Checks {
			asked, ok := c.(*Asked)
			if !ok {
				continue
			}
			for _, alternative := range asked.AnyOf {
				for _, r := range alternative {
					k := r.Key()
					if _, again := seen[k]; again {
						continue
					}
					seen[k] = struct{}{}
					if !yield(r) {
						return
					}
				}
			}
		}
	}
}

// Only returns a matrix of the checks and gaps for whose section keep is true.
func (m *Matrix) Only(keep func(section string) bool) *Matrix {
	n := &Matrix{}
	for _, c := range m.Checks {
		if keep(c.Meta().Section) {
			n.Checks = append(n.Checks, c)
		}
	}
	for _, g := range m.NotAsked {
		if keep(g.Section) {
			n.NotAsked = append(n.NotAsked, g)
		}
	}
	return n
}
