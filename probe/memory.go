// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"context"
	"strings"
	"sync"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Memory is a Reviewer around a Reviewer that remembers: a review that got an answer is not asked
// twice. Errors, and answers with an evaluation error, are no answers and are not remembered.
type Memory struct {
	reviewer Reviewer
	mu       sync.Mutex
	answers  map[question]authorizationv1.SubjectAccessReviewStatus
}

// question is what tells one spec from another, of the fields that Spec fills.
type question struct {
	user, groups string
	attributes   matrix.Attributes
}

// NewMemory remembers what reviewer answers.
func NewMemory(reviewer Reviewer) *Memory {
	return &Memory{reviewer: reviewer, answers: make(map[question]authorizationv1.SubjectAccessReviewStatus)}
}

// Review answers from memory when it can, else it asks and remembers.
func (m *Memory) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	m.mu.Lock()
	status, ok := m.answers[questionOf(spec)]
	m.mu.Unlock()
	if ok {
		return status, nil
	}
	return m.ask(ctx, spec)
}

// Fresh is a Reviewer that always asks, and leaves what it learns in m.
func (m *Memory) Fresh() Reviewer { return ReviewerFunc(m.ask) }

// Answer is what is remembered of a review; false when that is nothing.
func (m *Memory) Answer(review matrix.Review) (Answer, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	status, ok := m.answers[questionOf(Spec(review))]
	return Answer{Status: &status}, ok
}

func (m *Memory) ask(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	status, err := m.reviewer.Review(ctx, spec)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil || status.EvaluationError != "" {
		delete(m.answers, questionOf(spec)) // what was known may be no longer true
	} else {
		m.answers[questionOf(spec)] = status
	}
	return status, err
}

func questionOf(spec authorizationv1.SubjectAccessReviewSpec) question {
	q := question{user: spec.User, groups: strings.Join(spec.Groups, "\n")}
	if a := spec.ResourceAttributes; a != nil {
		q.attributes = matrix.Attributes{
			Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
		}
	}
	if a := spec.NonResourceAttributes; a != nil {
		q.attributes = matrix.Attributes{Verb: a.Verb, Path: a.Path}
	}
	return q
}
