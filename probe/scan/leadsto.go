// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"

	"github.com/flux-probe/flux-probe/matrix"
	fluxpaths "github.com/flux-probe/flux-probe/matrix/flux/paths"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// LeadsTo sets LeadsTo of the findings about an access that an account must not have: the nearest goal that the access
// leads to. Nothing more is asked: what was not answered in this run rests on RBAC as it was read, and the step says so.
// Without such a finding it does nothing. When ctx ends, no finding is changed.
func (s *Scan) LeadsTo(ctx context.Context, findings []probe.Finding) {
	var accesses []matrix.Review
	place := map[matrix.Review]int{}
	for _, f := range findings {
		if review := (matrix.Review{Subject: matrix.Share(f.Subject)}); f.Leads() {
			review.Access = *f.Access
			if _, again := place[review]; !again {
				place[review] = len(accesses)
				accesses = append(accesses, review)
			}
		}
	}
	if len(accesses) == 0 {
		return
	}
	built := fluxpaths.Build(s.Model(), fluxpaths.Options{Accesses: accesses})
	q := built.Question()
	q.Reviewer, q.Confirmed = s.reviewer.Or(rbac.Reviewer{Index: s.Snapshot().RBAC()}), s.answered
	nearest, err := paths.Nearest(ctx, q)
	if err != nil {
		return
	}
	leads := make([]*probe.LeadsTo, len(nearest))
	for i, p := range nearest {
		if p != nil {
			leads[i] = leadsTo(*p, built)
		}
	}
	for i, f := range findings {
		if f.Leads() {
			findings[i].LeadsTo = leads[place[matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access}]]
		}
	}
}

// answered reports whether the API server has answered a review in this run.
func (s *Scan) answered(r matrix.Review) bool {
	_, ok := s.reviewer.Answer(r)
	return ok && s.Live() && !s.touched(r)
}

func leadsTo(p paths.Path, built fluxpaths.Built) *probe.LeadsTo {
	first := p.Hops[0]
	l := &probe.LeadsTo{Goal: p.Goal, Reaches: p.Reaches, Hops: len(p.Hops), First: built.Brief(first.Access, first.To())}
	for _, h := range p.Hops {
		l.Steps = append(l.Steps, probe.Step{As: h.As, Access: h.Access, Becomes: h.Becomes, Confirmed: h.Confirmed, Read: h.Read})
	}
	return l
}
