// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Identity is the user name under which the API server knows the caller, by SelfSubjectReview,
// which every authenticated user can create. It is empty on Kubernetes before 1.28, which does not serve
// SelfSubjectReviews. The first request to a server is not repeated: a server that is not there is reported
// at once.
func (c *Cluster) Identity(ctx context.Context) (string, error) {
	kind := authenticationv1.SchemeGroupVersion.WithKind("SelfSubjectReview")
	review, err := encodeReview(kind, nil, nil)
	if err != nil {
		return "", err
	}
	var body *body
	err = c.briefly(ctx, func() (err error) {
		body, err = send(ctx, post(c.rest, "/apis/authentication.k8s.io/v1/selfsubjectreviews", review))
		return err
	})
	if apierrors.IsNotFound(err) {
		if _, not := c.version(ctx); not == nil {
			return "", nil
		}
	}
	if err != nil {
		return "", explain(c.Server, err)
	}
	answer := &authenticationv1.SelfSubjectReview{}
	if err := body.into(kind, answer); err != nil {
		return "", explain(c.Server, err)
	}
	if answer.Status.UserInfo.Username == "" {
		return "", explain(c.Server, &InvalidAnswerError{Reason: "the response to a SelfSubjectReview names no user"})
	}
	return answer.Status.UserInfo.Username, nil
}

// MayAsk reports how far the caller can ask: everywhere, by SubjectAccessReview; or, when namespace is
// given, only about that namespace, by LocalSubjectAccessReview. The error is a *NotAllowedError
// when the caller can ask neither way.
func (c *Cluster) MayAsk(ctx context.Context, namespace string) (everywhere bool, err error) {
	everywhere, err = c.canCreate(ctx, "subjectaccessreviews", "")
	if everywhere || err != nil {
		return everywhere, err
	}
	if namespace != "" {
		if local, err := c.canCreate(ctx, "localsubjectaccessreviews", namespace); local || err != nil {
			return false, err
		}
	}
	user, err := c.Identity(ctx)
	if err != nil {
		return false, err
	}
	return false, &NotAllowedError{User: safetext.Printable(user), Namespace: namespace}
}

// canCreate asks whether the caller can create access reviews.
func (c *Cluster) canCreate(ctx context.Context, resource, namespace string) (bool, error) {
	return c.Can(ctx, matrix.Access{Verb: "create", Group: authorizationv1.GroupName, Resource: resource, Namespace: namespace})
}

// Can asks whether the caller is allowed an access to a resource. A refusal with an evaluation error is no answer.
func (c *Cluster) Can(ctx context.Context, a matrix.Access) (bool, error) {
	spec := &authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
		Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name,
	}}
	var status authorizationv1.SubjectAccessReviewStatus
	err := c.reads.do(ctx, func(ctx context.Context) error {
		answer := &authorizationv1.SelfSubjectAccessReview{}
		err := c.review(ctx, "SelfSubjectAccessReview", "", spec, answer)
		if err != nil {
			return explain(c.Server, err)
		}
		status, err = c.believe(
			authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: spec.ResourceAttributes},
			authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: answer.Spec.ResourceAttributes, NonResourceAttributes: answer.Spec.NonResourceAttributes},
			answer.Status)
		return err
	})
	if err == nil && !status.Allowed && status.EvaluationError != "" {
		err = explain(c.Server, &InvalidAnswerError{Reason: fmt.Sprintf("whether the caller can %s %s could not be evaluated: %s", a.Verb, a.GroupResource(), safetext.Printable(status.EvaluationError))})
	}
	return status.Allowed && err == nil, err
}

// NotAllowedError reports that the caller cannot create access reviews, and what to apply to change that.
type NotAllowedError struct {
	User      string // who asked; empty when the server does not report it
	Namespace string // the namespace that was to be probed alone; "" for all
}

// Error is one line of cause and the ClusterRoleBinding that helps: system:auth-delegator is the
// built-in role for asking about other accounts, and allows nothing but access and token reviews
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
func (e *NotAllowedError) Error() string {
	user, where := cmp.Or(e.User, "the caller"), ""
	if e.Namespace != "" {
		where = ", nor localsubjectaccessreviews in namespace " + e.Namespace
	}
	return fmt.Sprintf(`%s cannot create subjectaccessreviews%s, so nothing can be asked; a cluster administrator allows it by applying

apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: flux-probe
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
%s`, user, where, subjectYAML(cmp.Or(e.User, "USER")))
}

// subjectYAML is the subject of a binding that names user: the user names of ServiceAccounts are
// better bound as what they are.
func subjectYAML(user string) string {
	account, ok := strings.CutPrefix(user, "system:serviceaccount:")
	namespace, name, found := strings.Cut(account, ":")
	if ok && found {
		return fmt.Sprintf("- kind: %s\n  namespace: %s\n  name: %s", matrix.KindServiceAccount, quoted(namespace), quoted(name))
	}
	return fmt.Sprintf("- apiGroup: rbac.authorization.k8s.io\n  kind: %s\n  name: %s", matrix.KindUser, quoted(user))
}

// quoted is s as a YAML scalar: a JSON string is one, whatever is in it.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// brieflyFor is how long the first request to a server is repeated.
const brieflyFor = 3 * time.Second

// briefly repeats a request that a server was reached with, for a moment: a person who named a wrong server
// must learn that at once, and a single broken connection must not end a run.
func (c *Cluster) briefly(ctx context.Context, request func() error) error {
	end := time.Now().Add(brieflyFor)
	for wait := firstBackoff; ; wait *= 2 {
		err := request()
		delay := max(wait, suggestedDelay(err))
		if !passes(err) || errors.Is(err, syscall.ECONNREFUSED) || timedOut(err) || time.Now().Add(delay).After(end) {
			return err
		}
		if err := c.repeats.Wait(ctx, delay, code(err) == http.StatusTooManyRequests); err != nil {
			return err
		}
		c.repeats.Retry()
	}
}
