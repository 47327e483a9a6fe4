// SPDX-License-Identifier: Apache-2.0

// Package probe asks and judges. A Prober takes a matrix.Matrix, asks a Reviewer each distinct
// review once, and yields a Finding for each expectation as soon as its answers are there; a Report
// is what a finished run says.
//
//	matrix.Matrix ──▶ Prober.Run ──Review──▶ Reviewer (probe/cluster, probe/rbac)
//	                      └──iter.Seq[Finding]──▶ Report ──▶ ui
//
// The package knows neither Flux nor a terminal nor client-go.
package probe

import (
	"context"
	"iter"
	"sync"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// DefaultConcurrency is the number of reviews in flight when a Prober does not say: within one
// caller's share of a default API server, and where its throughput levels off.
const DefaultConcurrency = 32

// Reviewer answers one SubjectAccessReview. An error means that there is no answer.
type Reviewer interface {
	Review(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error)
}

// ReviewerFunc is a function as a Reviewer.
type ReviewerFunc func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error)

// Review calls f.
func (f ReviewerFunc) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	return f(ctx, spec)
}

// Prober asks a Reviewer.
type Prober struct {
	Reviewer    Reviewer
	Concurrency int // reviews in flight; DefaultConcurrency when 0

	// Progress, when set, is told after each answer how many reviews were answered and how many
	// are known to be needed so far. It is called by the goroutine that ranges over Run.
	Progress func(answered, needed int)
}

// Run asks each distinct review of m once and yields the findings as their answers arrive, one for
// each expectation, with its place in m as Index. When ctx ends, the expectations that are still
// open are yielded as undetermined. Breaking off the range stops the asking; no goroutine outlives
// the range.
func (p *Prober) Run(ctx context.Context, m *matrix.Matrix) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer cancel()

		run := newRun(m)
		for i := range m.Expectations {
			if f, done := run.advance(i); done && !yield(f) {
				return
			}
		}
		questions, replies := make(chan matrix.Review), make(chan reply)
		defer close(questions)
		for range min(p.concurrency(), max(1, len(m.Expectations))) {
			workers.Go(func() { p.work(ctx, questions, replies) })
		}
		for run.inFlight > 0 || len(run.queue) > 0 {
			var next chan matrix.Review // nil, and so never ready, when the queue is empty
			var question matrix.Review
			if len(run.queue) > 0 {
				next, question = questions, run.queue[0]
			}
			select {
			case next <- question:
				run.queue = run.queue[1:]
				run.inFlight++
			case r := <-replies:
				run.inFlight--
				for f := range run.settle(r) {
					if !yield(f) {
						return
					}
				}
				if p.Progress != nil {
					p.Progress(len(run.answers), len(run.asked))
				}
			case <-ctx.Done():
				for f := range run.rest() {
					if !yield(f) {
						return
					}
				}
				return
			}
		}
	}
}

func (p *Prober) concurrency() int {
	if p.Concurrency > 0 {
		return p.Concurrency
	}
	return DefaultConcurrency
}

type reply struct {
	review matrix.Review
	answer Answer
}

func (p *Prober) work(ctx context.Context, questions <-chan matrix.Review, replies chan<- reply) {
	for review := range questions {
		status, err := p.Reviewer.Review(ctx, Spec(review))
		if ctx.Err() != nil {
			return // the error is only the end of the run: the review counts as not asked
		}
		answer := Answer{Status: &status, Err: err}
		select {
		case replies <- reply{review, answer}:
		case <-ctx.Done():
			return
		}
	}
}

// Spec is the SubjectAccessReview that asks r: the user with all its groups, and neither uid nor
// extra, as in a request that Flux makes by impersonation.
func Spec(r matrix.Review) authorizationv1.SubjectAccessReviewSpec {
	spec := authorizationv1.SubjectAccessReviewSpec{User: r.Subject.User(), Groups: r.Subject.Groups()}
	a := r.Attributes
	if a.Path != "" {
		spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: a.Path, Verb: a.Verb}
		return spec
	}
	spec.ResourceAttributes = &authorizationv1.ResourceAttributes{
		Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
	}
	return spec
}
