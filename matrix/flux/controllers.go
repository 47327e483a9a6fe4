// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"github.com/flux-probe/flux-probe/matrix"
)

// controllers is the section about the rights of the accounts that Flux's controllers run with.
type controllers struct{ options Options }

func (c controllers) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	out := &derived{}
	for _, w := range works(s, c.options) {
		w.gaps(out)
		for _, a := range w.accounts {
			w.permissions(a, out)
			w.mustNots(a, out)
		}
		w.boundSubjects(out)
		w.ownAccounts(out)
		w.aggregated(out)
	}
	return out.expectations, out.gaps
}
