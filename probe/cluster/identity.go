// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Identity is the user name under which the API server knows the caller, by SelfSubjectReview,
// which every authenticated user may create.
func (c *Cluster) Identity(ctx context.Context) (string, error) {
	review, err := c.authentication.SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", explain(c.Server, err)
	}
	return review.Status.UserInfo.Username, nil
}

// MayAsk says how far the caller may ask: everywhere, by SubjectAccessReview; or, when namespace is
// given, only about that namespace, by LocalSubjectAccessReview. The error is a *NotAllowedError
// when the caller may ask neither.
func (c *Cluster) MayAsk(ctx context.Context, namespace string) (everywhere bool, err error) {
	everywhere, err = c.mayCreate(ctx, "subjectaccessreviews", "")
	if everywhere || err != nil {
		return everywhere, err
	}
	if namespace != "" {
		if local, err := c.mayCreate(ctx, "localsubjectaccessreviews", namespace); local || err != nil {
			return false, err
		}
	}
	user, err := c.Identity(ctx)
	if err != nil {
		return false, err
	}
	return false, &NotAllowedError{User: probe.Printable(user), Namespace: namespace}
}

func (c *Cluster) mayCreate(ctx context.Context, resource, namespace string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	review, err := c.authorization.SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Verb: "create", Group: authorizationv1.GroupName, Resource: resource, Namespace: namespace,
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, explain(c.Server, err)
	}
	return review.Status.Allowed, nil
}

// NotAllowedError says that the caller may not create access reviews, and what to apply so that it
// may.
type NotAllowedError struct {
	User      string // who asked
	Namespace string // the namespace that was to be probed alone; "" for all
}

// Error is one line of cause and the ClusterRoleBinding that helps: system:auth-delegator is the
// built-in role of those who ask for others, and gives nothing but access and token reviews
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go@v1.37.2).
func (e *NotAllowedError) Error() string {
	where := ""
	if e.Namespace != "" {
		where = ", nor localsubjectaccessreviews in namespace " + e.Namespace
	}
	return fmt.Sprintf(`%s may not create subjectaccessreviews%s, so nothing can be asked; a cluster administrator allows it by applying

apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: flux-probe
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
%s`, e.User, where, subjectYAML(e.User))
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
