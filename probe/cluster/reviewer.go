// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/probe"
)

// Reviewer asks by SubjectAccessReview, once: it repeats nothing. Retry goes around it. A response counts
// as an answer only if it is a SubjectAccessReview with the spec that was sent and with a status.
func (c *Cluster) Reviewer() probe.Reviewer {
	return probe.ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		answer := &authorizationv1.SubjectAccessReview{}
		if err := c.review(ctx, "SubjectAccessReview", "", &spec, answer); err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, explain(c.Server, err)
		}
		return c.believe(spec, answer.Spec, answer.Status)
	})
}

// Local asks by LocalSubjectAccessReview, for callers who can ask about one namespace only. What lies
// outside of it (another namespace, all namespaces, cluster scope, non-resource URLs) cannot be
// asked that way and is an error, not an answer.
func (c *Cluster) Local(namespace string) probe.Reviewer {
	return probe.ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		if spec.ResourceAttributes == nil || spec.ResourceAttributes.Namespace != namespace {
			return authorizationv1.SubjectAccessReviewStatus{}, fmt.Errorf("not asked: it lies outside of namespace %s, the only one that the caller can ask about", namespace)
		}
		answer := &authorizationv1.LocalSubjectAccessReview{}
		if err := c.review(ctx, "LocalSubjectAccessReview", namespace, &spec, answer); err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, explain(c.Server, err)
		}
		return c.believe(spec, answer.Spec, answer.Status)
	})
}

// reviewPaths are where access reviews of each kind are created.
var reviewPaths = map[string]string{
	"SubjectAccessReview":      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
	"LocalSubjectAccessReview": "/apis/authorization.k8s.io/v1/namespaces/%s/localsubjectaccessreviews",
	"SelfSubjectAccessReview":  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
}

// review creates an access review and decodes the response, which must be of the same kind and have a
// status.
func (c *Cluster) review(ctx context.Context, kind, namespace string, spec, answer message) error {
	gvk := authorizationv1.SchemeGroupVersion.WithKind(kind)
	path := reviewPaths[kind]
	var metadata message
	if namespace != "" {
		path = fmt.Sprintf(path, namespace)
		metadata = &metav1.ObjectMeta{Namespace: namespace}
	}
	review, err := encodeReview(gvk, metadata, spec)
	if err != nil {
		return err
	}
	body, err := send(ctx, post(c.reviews, path, review))
	if err != nil {
		return err
	}
	if err := body.into(gvk, answer); err != nil {
		return err
	}
	if !body.answered() {
		return &InvalidAnswerError{Reason: "the response has no status"}
	}
	return nil
}

// believe returns the status of a response whose spec is the one that was sent.
func (c *Cluster) believe(sent, echoed authorizationv1.SubjectAccessReviewSpec, status authorizationv1.SubjectAccessReviewStatus) (authorizationv1.SubjectAccessReviewStatus, error) {
	reason := ""
	switch {
	case sent.User != echoed.User || sent.UID != echoed.UID || !sameSet(sent.Groups, echoed.Groups) || len(sent.Extra) != len(echoed.Extra):
		reason = "the response is about another subject"
	case !sameAccess(sent.ResourceAttributes, echoed.ResourceAttributes) || !sameURL(sent.NonResourceAttributes, echoed.NonResourceAttributes):
		reason = "the response is about another access"
	case status.Allowed && status.Denied:
		reason = "the response is both allowed and denied"
	default:
		return status, nil
	}
	return authorizationv1.SubjectAccessReviewStatus{}, explain(c.Server, &InvalidAnswerError{Reason: reason})
}

// sameSet compares two lists of groups, whose order has no meaning.
func sameSet(a, b []string) bool {
	if slices.Equal(a, b) {
		return true
	}
	return slices.Equal(slices.Compact(slices.Sorted(slices.Values(a))), slices.Compact(slices.Sorted(slices.Values(b))))
}

// sameAccess compares all fields. No selectors are ever sent, so that only their absence is equal.
func sameAccess(a, b *authorizationv1.ResourceAttributes) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func sameURL(a, b *authorizationv1.NonResourceAttributes) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
