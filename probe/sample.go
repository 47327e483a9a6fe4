// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// ByRBAC is the AnsweredBy of a finding that was judged by RBAC as it was read or assumed, not by the server.
const ByRBAC = "rbac"

// Sample says how much of a run the server was asked, when that was not everything.
type Sample struct {
	Each    int    `json:"each"`              // reviews that were to be asked of each account and section
	Asked   int    `json:"asked"`             // distinct reviews that the server was asked
	Of      int    `json:"of"`                // distinct reviews that the answers of RBAC call for
	Widened string `json:"widened,omitempty"` // why everything was asked all the same; empty when it was not
}

// String names the kind of run in one line.
func (s *Sample) String() string {
	if s.Widened != "" {
		return "not sampled: everything was asked, because " + s.Widened
	}
	return fmt.Sprintf("sampled: %d of %d reviews were asked; RBAC as it was read answered the rest", s.Asked, s.Of)
}

// Sampler asks the server only a part of the reviews. RBAC in memory answers them first. The server is asked all
// reviews of the checks that do not pass, and of those of the other checks an even sample of each account and section.
// If a single answer differs from that of RBAC, or does not come, RBAC cannot be relied on, and everything is asked.
//
// The sample depends on nothing but the matrix and RBAC, so that equal clusters are asked the same.
type Sampler struct {
	Server *Memory  // asks the server
	RBAC   Reviewer // answers everything, without a request
	Each   int      // reviews that are asked of each account and section

	Concurrency int                        // as in Prober
	Progress    func(answered, needed int) // as in Prober, about the reviews that the server is asked
}

// Run returns a finding for each check of m, in order, and what was asked. When ctx ends first, what the server has
// not answered is undetermined.
func (s *Sampler) Run(ctx context.Context, m *matrix.Matrix) ([]Finding, *Sample) {
	sample := &Sample{Each: s.Each}
	byRBAC := NewMemory(s.RBAC)
	findings := inOrder(&Prober{Reviewer: byRBAC, Concurrency: 1, Progress: func(answered, _ int) { sample.Of = answered }}, ctx, m)
	chosen := s.choose(m, findings, byRBAC)
	part := &matrix.Matrix{}
	var failed []int // the checks of part, by their places in m; the sample comes after them
	for i, c := range m.Checks {
		if _, asked := c.(*matrix.Asked); asked && findings[i].Verdict != matrix.Pass {
			part.Checks, failed = append(part.Checks, c), append(failed, i)
		}
	}
	for _, review := range chosen {
		part.Checks = append(part.Checks, agreement(review, byRBAC))
	}
	for f := range s.prober(sample).Run(ctx, part) {
		if f.Index < len(failed) {
			i := failed[f.Index]
			if f.Verdict != findings[i].Verdict {
				sample.Widened = differs(f)
			}
			f.Index = i
			findings[i] = f
		} else if f.Verdict != matrix.Pass {
			sample.Widened = differs(f)
		}
		if sample.Widened != "" {
			break
		}
	}
	if sample.Widened == "" {
		sample.Widened = s.difference(part, byRBAC)
	}
	switch {
	case ctx.Err() != nil:
		return s.known(m), sample
	case sample.Widened != "":
		return inOrder(s.prober(sample), ctx, m), sample
	}
	for i, c := range m.Checks {
		if asked, ok := c.(*matrix.Asked); ok && findings[i].Verdict == matrix.Pass && !s.answered(asked, byRBAC) {
			findings[i].AnsweredBy = ByRBAC
		}
	}
	return findings, sample
}

func (s *Sampler) prober(sample *Sample) *Prober {
	return &Prober{Reviewer: s.Server, Concurrency: s.Concurrency, Progress: func(answered, needed int) {
		sample.Asked = answered
		if s.Progress != nil {
			s.Progress(answered, needed)
		}
	}}
}

// choose returns the sample: for each account and section, reviews of checks that pass by RBAC, spaced evenly over the
// sorted reviews.
func (s *Sampler) choose(m *matrix.Matrix, findings []Finding, byRBAC *Memory) []matrix.Review {
	type stratum struct {
		subject matrix.Subject
		section string
	}
	strata := map[stratum][]matrix.Review{}
	var order []stratum
	for i, c := range m.Checks {
		asked, ok := c.(*matrix.Asked)
		if !ok || findings[i].Verdict != matrix.Pass {
			continue
		}
		for review := range Needed(asked, byRBAC) {
			key := stratum{review.Subject.Get(), asked.Section}
			if strata[key] == nil {
				order = append(order, key)
			}
			strata[key] = append(strata[key], review)
		}
	}
	var chosen []matrix.Review
	seen := map[matrix.Review]bool{}
	for _, key := range order {
		reviews := strata[key]
		slices.SortFunc(reviews, func(a, b matrix.Review) int { return a.Access.Compare(b.Access) })
		reviews = slices.Compact(reviews)
		for i := range min(s.Each, len(reviews)) {
			review := reviews[i*len(reviews)/min(s.Each, len(reviews))]
			if !seen[review] {
				seen[review] = true
				chosen = append(chosen, review)
			}
		}
	}
	return chosen
}

// Needed yields the reviews that decided a check, as far as they were answered.
func Needed(c *matrix.Asked, answers *Memory) func(yield func(matrix.Review) bool) {
	return func(yield func(matrix.Review) bool) {
		for _, alternative := range c.AnyOf {
			holds := true
			for _, review := range alternative {
				answer, ok := answers.Answer(review)
				if !ok || !yield(review) {
					return
				}
				if holds = answer.Allowed(); !holds {
					break
				}
			}
			if holds {
				return
			}
		}
	}
}

// answered reports whether the server was asked every review that decided a check.
func (s *Sampler) answered(c *matrix.Asked, byRBAC *Memory) bool {
	for review := range Needed(c, byRBAC) {
		if _, ok := s.Server.Answer(review); !ok {
			return false
		}
	}
	return true
}

// agreement is a check that passes if the server answers a review as RBAC does.
func agreement(review matrix.Review, byRBAC *Memory) *matrix.Asked {
	want := matrix.Deny
	if answer, _ := byRBAC.Answer(review); answer.Allowed() {
		want = matrix.Allow
	}
	return &matrix.Asked{CheckMeta: matrix.CheckMeta{Subject: review.Subject}, Want: want, AnyOf: [][]matrix.Review{{review}}}
}

// difference names a review of m to which the server and RBAC have different answers, though the verdicts are the same;
// "" when there is none.
func (s *Sampler) difference(m *matrix.Matrix, byRBAC *Memory) string {
	for review := range m.Reviews() {
		server, asked := s.Server.Answer(review)
		model, known := byRBAC.Answer(review)
		if asked && known && server.Allowed() != model.Allowed() {
			return differs(Judge(agreement(review, byRBAC), func(matrix.Review) Answer { return server }))
		}
	}
	return ""
}

// known judges all checks by what the server has answered.
func (s *Sampler) known(m *matrix.Matrix) []Finding {
	findings := make([]Finding, len(m.Checks))
	for i, c := range m.Checks {
		findings[i] = Judge(c, func(review matrix.Review) Answer {
			answer, _ := s.Server.Answer(review)
			return answer
		})
		findings[i].Index = i
	}
	return findings
}

// differs says in which answer the server and RBAC differ.
func differs(f Finding) string {
	what := f.Subject.String()
	if f.Access != nil {
		what += " " + f.Access.String()
	}
	if f.Verdict == matrix.Undetermined {
		return "the server gives no answer to " + strings.TrimSpace(what)
	}
	return "the server answers otherwise than RBAC to " + strings.TrimSpace(what)
}

// inOrder returns all findings of a run in the order of its checks.
func inOrder(p *Prober, ctx context.Context, m *matrix.Matrix) []Finding {
	findings := make([]Finding, 0, len(m.Checks))
	for f := range p.Run(ctx, m) {
		findings = append(findings, f)
	}
	slices.SortFunc(findings, func(a, b Finding) int { return cmp.Compare(a.Index, b.Index) })
	return findings
}
