// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/probe"
)

// Reviewer asks by SubjectAccessReview, once: it repeats nothing. Retry goes around it.
func (c *Cluster) Reviewer() probe.Reviewer {
	client := c.authorization.RESTClient()
	return probe.ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		review := &authorizationv1.SubjectAccessReview{Spec: spec}
		answer := &authorizationv1.SubjectAccessReview{}
		// client-go would repeat what is throttled by itself, up to ten times and unseen. Protobuf
		// is what its own typed client would send, at a sixth less work than JSON.
		err := client.Post().Resource("subjectaccessreviews").MaxRetries(0).UseProtobufAsDefault().Body(review).Do(ctx).Into(answer)
		if err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, explain(c.Server, err)
		}
		return answer.Status, nil
	})
}

// Local asks by LocalSubjectAccessReview, as who may ask about one namespace only. What lies
// outside of it (another namespace, all namespaces, cluster scope, non-resource URLs) cannot be
// asked that way and is an error, not an answer.
func (c *Cluster) Local(namespace string) probe.Reviewer {
	client := c.authorization.RESTClient()
	return probe.ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		if spec.ResourceAttributes == nil || spec.ResourceAttributes.Namespace != namespace {
			return authorizationv1.SubjectAccessReviewStatus{}, fmt.Errorf("not asked: it lies outside of namespace %s, the only one that the caller may ask about", namespace)
		}
		review := &authorizationv1.LocalSubjectAccessReview{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}, Spec: spec}
		answer := &authorizationv1.LocalSubjectAccessReview{}
		err := client.Post().Namespace(namespace).Resource("localsubjectaccessreviews").MaxRetries(0).UseProtobufAsDefault().Body(review).Do(ctx).Into(answer)
		if err != nil {
			return authorizationv1.SubjectAccessReviewStatus{}, explain(c.Server, err)
		}
		return answer.Status, nil
	})
}
