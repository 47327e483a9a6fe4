// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Object probes the checks that come from one object, with so many reviews in flight, and explains those
// that fail.
func (x *Explainer) Object(ctx context.Context, object matrix.Origin, concurrency int) (*Report, error) {
	about := &matrix.Matrix{}
	for _, c := range x.matrix.Checks {
		if o := c.Meta().Origin.Get(); o.Kind == object.Kind && o.Namespace == object.Namespace && o.Name == object.Name {
			about.Checks = append(about.Checks, c)
		}
	}
	r := newReport(object.String())
	r.Checks = len(about.Checks)
	if chain := x.chainOf(object); chain != "" {
		r.Chain = append(r.Chain, chain)
	}
	prober := probe.Prober{Reviewer: x.reviewer, Concurrency: concurrency}
	findings := slices.SortedFunc(prober.Run(ctx, about), func(a, b probe.Finding) int { return a.Index - b.Index })
	var explanations []Explanation
	explained := map[matrix.Review]bool{}
	for _, f := range findings {
		if x.options.Policy != nil {
			f = x.options.Policy(f)
		}
		review, asked := firstReview(f.Check)
		switch {
		case !f.Failed():
			r.AsExpected++
		case f.Severity == matrix.Info: // nothing to do about it; the access itself can be explained
			r.ForInformation++
		case !asked:
			r.Chain = append(r.Chain, f.Code+" "+string(f.Severity)+": "+f.Observed)
		case !explained[review]:
			explained[review] = true
			explanations = append(explanations, x.explain(ctx, review))
		}
	}
	return x.finish(ctx, r, explanations)
}

// firstReview returns the first review of a check that asks one.
func firstReview(c matrix.Check) (matrix.Review, bool) {
	asked, ok := c.(*matrix.Asked)
	if !ok || len(asked.AnyOf) == 0 || len(asked.AnyOf[0]) == 0 {
		return matrix.Review{}, false
	}
	return asked.AnyOf[0][0], true
}
