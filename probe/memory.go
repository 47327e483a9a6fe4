// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"iter"
	"maps"
	"strings"
	"sync"
	"unique"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Memory is a Reviewer around a Reviewer that remembers: a review that got an answer is not asked
// twice. Errors, answers with an evaluation error, and answers that contradict themselves are not remembered.
type Memory struct {
	reviewer Reviewer
	*remembered
}

// remembered are the answers of one or more Memories. Equal answers are kept once.
type remembered struct {
	mu      sync.Mutex
	answers map[question]unique.Handle[authorizationv1.SubjectAccessReviewStatus]
}

// NewMemory remembers what reviewer answers.
func NewMemory(reviewer Reviewer) *Memory {
	return &Memory{reviewer, &remembered{answers: make(map[question]unique.Handle[authorizationv1.SubjectAccessReviewStatus])}}
}

// Around returns a Memory of the same answers that asks another reviewer.
func (m *Memory) Around(reviewer Reviewer) *Memory { return &Memory{reviewer, m.remembered} }

// Review answers from memory when it can, else it asks and remembers.
func (m *Memory) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	if status, ok := m.known(spec); ok {
		return status, nil
	}
	return m.ask(ctx, spec)
}

// Keep forgets all answers but those to reviews, so that a watch that goes on for days does not remember
// every object that was ever there.
func (m *Memory) Keep(reviews iter.Seq[matrix.Review]) {
	wanted := make(map[question]bool)
	for review := range reviews {
		wanted[questionOf(Spec(review))] = true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	maps.DeleteFunc(m.answers, func(q question, _ unique.Handle[authorizationv1.SubjectAccessReviewStatus]) bool { return !wanted[q] })
}

// Forget forgets the answers to reviews. What is asked again need not ask every alternative that was asked before, and
// an answer from before must not stand beside newer ones.
func (m *Memory) Forget(reviews iter.Seq[matrix.Review]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for review := range reviews {
		delete(m.answers, questionOf(Spec(review)))
	}
}

// Or is a Reviewer that answers from memory when it can, and else by another, whose answers m does not remember.
func (m *Memory) Or(other Reviewer) Reviewer {
	return ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		if status, ok := m.known(spec); ok {
			return status, nil
		}
		return other.Review(ctx, spec)
	})
}

// Fresh is a Reviewer that always asks, and leaves what it learns in m.
func (m *Memory) Fresh() Reviewer { return ReviewerFunc(m.ask) }

// Answer is what is remembered of a review; false when that is nothing.
func (m *Memory) Answer(review matrix.Review) (Answer, bool) {
	status, ok := m.known(Spec(review))
	if !ok {
		return Answer{}, false // a status would read as a refusal
	}
	return Answer{Status: &status}, true
}

func (m *Memory) known(spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	status, ok := m.answers[questionOf(spec)]
	if !ok {
		return authorizationv1.SubjectAccessReviewStatus{}, false
	}
	return status.Value(), true
}

func (m *Memory) ask(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	status, err := m.reviewer.Review(ctx, spec)
	q := questionOf(spec)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil || status.EvaluationError != "" || status.Allowed && status.Denied {
		delete(m.answers, q) // what was known need not be true any more
	} else {
		known := unique.Make(status)
		m.answers[q], status = known, known.Value()
	}
	return status, err
}

// question is what tells one spec from another, of the fields that Spec fills.
type question struct {
	who    unique.Handle[subject]
	access matrix.AccessKey
}

// subject is who a spec asks about.
type subject struct{ user, groups string }

func questionOf(spec authorizationv1.SubjectAccessReviewSpec) question {
	var access matrix.Access
	if a := spec.ResourceAttributes; a != nil {
		access = matrix.Access{
			Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
		}
	}
	if a := spec.NonResourceAttributes; a != nil {
		access = matrix.Access{Verb: a.Verb, Path: a.Path}
	}
	return question{unique.Make(subject{spec.User, strings.Join(spec.Groups, "\n")}), access.Key()}
}
