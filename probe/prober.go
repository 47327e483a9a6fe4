// SPDX-License-Identifier: Apache-2.0

// Package probe asks and judges. A Prober takes a matrix.Matrix, asks a Reviewer each distinct
// review once, and yields a Finding for each check as soon as its answers are there; a Report
// is what a finished run says.
//
//	matrix.Matrix ──▶ Prober.Run ──Review──▶ Reviewer (probe/cluster, probe/rbac)
//	                      └──iter.Seq[Finding]──▶ Report ──▶ ui
//
// # What is not asked
//
// Equal reviews are asked once, an alternative is asked only as far as it holds, and the next one only when those before
// did not hold. Of 200 healthy tenants with 20 objects each that leaves 14,890 reviews of 28,276 checks: 3,090 about
// Flux itself, and 59 about each tenant. Of these, 16 are about its objects (4 kinds, 4 verbs), 14 about the namespace of
// Flux and kube-system, 8 about other tenants, 12 about the cluster, 9 about impersonation and its own namespace. They are
// 59 different accesses, and no answer to one decides another, because what an API server answers is the union of authorizers, of which RBAC is only one:
//
//   - That * is allowed says nothing about a single resource: another authorizer can deny that before RBAC is asked.
//     That * is denied says nothing either, because only a rule with * grants it.
//   - That an access is allowed in all namespaces, or to all names, does not decide about one namespace or name, which an
//     authorizer can protect. The objects of one kind share a review because that is what the check then is about: the
//     alternatives of a permission, of which one is enough.
//   - That an access is denied in the namespace of Flux does not mean that it is denied in all namespaces, for the same
//     reason: of 200 tenants this would save 1,400 reviews, and miss a tenant that can read all Secrets but those of Flux.
//
// RBAC alone could decide all of that. A Sampler relies on it where it is asked to, and says so.
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

// DefaultConcurrency is the number of reviews in flight when a Prober does not set it: within one
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

	// Progress, when set, is called after each answer with how many reviews were answered and how many
	// are known to be needed so far. It is called by the goroutine that ranges over Run.
	Progress func(answered, needed int)
}

// Run asks each distinct review of m once and yields the findings as their answers arrive, one for
// each check, with its place in m as Index. When ctx ends, the checks that are still
// open are yielded as undetermined. Breaking off the range stops the asking; no goroutine outlives
// the range.
func (p *Prober) Run(ctx context.Context, m *matrix.Matrix) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var workers sync.WaitGroup
		defer workers.Wait()
		defer cancel()

		run := newRun(m)
		for i := range m.Checks {
			if f, done := run.advance(i); done && !yield(f) {
				return
			}
		}
		questions, replies := make(chan next), make(chan reply)
		defer close(questions)
		for range min(p.concurrency(), max(1, len(m.Checks))) {
			workers.Go(func() { p.work(ctx, questions, replies) })
		}
		for run.inFlight > 0 || len(run.queue) > 0 {
			var ready chan next // nil, and so never ready, when the queue is empty
			var first next
			if len(run.queue) > 0 {
				ready, first = questions, next{run.queue[0], run.asked[run.queue[0]].review}
			}
			select {
			case ready <- first:
				run.queue = run.queue[1:]
				run.inFlight++
			case r := <-replies:
				run.inFlight--
				for f := range run.receive(r) {
					if !yield(f) {
						return
					}
				}
				if p.Progress != nil {
					p.Progress(run.answered, len(run.asked))
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

// next is a review on its way to a worker, and reply what came of it; number is the run's.
type next struct {
	number int32
	review *matrix.Review
}

type reply struct {
	number int32
	answer Answer
}

func (p *Prober) work(ctx context.Context, questions <-chan next, replies chan<- reply) {
	for q := range questions {
		status, err := p.Reviewer.Review(ctx, Spec(*q.review))
		if ctx.Err() != nil {
			return // the error is only the end of the run: the review counts as not asked
		}
		select {
		case replies <- reply{q.number, Answer{Status: &status, Err: err}}:
		case <-ctx.Done():
			return
		}
	}
}

// Spec is the SubjectAccessReview that asks r: the user with all its groups, and neither uid nor
// extra, as in a request that Flux makes by impersonation.
func Spec(r matrix.Review) authorizationv1.SubjectAccessReviewSpec {
	spec := authorizationv1.SubjectAccessReviewSpec{User: r.Subject.Get().User(), Groups: r.Subject.Get().Groups()}
	a := r.Access
	if a.Path != "" {
		spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: a.Path, Verb: a.Verb}
		return spec
	}
	spec.ResourceAttributes = &authorizationv1.ResourceAttributes{
		Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
	}
	return spec
}
