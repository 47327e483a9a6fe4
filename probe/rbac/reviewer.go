// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// superusers is the group that the API server allows everything before any authorizer is asked, and
// without a reason (k8s.io/apiserver pkg/authentication/user/user.go@v0.37.2, SystemPrivilegedGroup).
const superusers = "system:masters"

// Reviewer answers access reviews from RBAC alone, with the reasons that the API server's RBAC
// authorizer gives (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go@v1.37.2).
type Reviewer struct{ Index *Index }

// Review answers spec. It fails when ctx is done, and for a spec without a user or an access.
func (r Reviewer) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	var status authorizationv1.SubjectAccessReviewStatus
	if err := ctx.Err(); err != nil {
		return status, err
	}
	access, err := accessOf(spec)
	if err != nil {
		return status, err
	}
	if slices.Contains(spec.Groups, superusers) {
		status.Allowed = true
		return status, nil
	}
	who := requestor{spec.User, spec.Groups}
	q := ask(access)
	if s, ok := r.Index.allowing(&q, who); ok {
		status.Allowed = true
		status.Reason = "RBAC: allowed by " + reason(s.binding, who)
		return status, nil
	}
	status.Reason = r.Index.missingRoles(who, q.Namespace)
	return status, nil
}

func accessOf(spec authorizationv1.SubjectAccessReviewSpec) (matrix.Access, error) {
	switch r, n := spec.ResourceAttributes, spec.NonResourceAttributes; {
	case spec.User == "" && len(spec.Groups) == 0:
		return matrix.Access{}, errors.New("the review names neither a user nor a group")
	case (r == nil) == (n == nil):
		return matrix.Access{}, errors.New("the review must ask about either a resource or a path")
	case n != nil:
		return matrix.Access{Verb: n.Verb, Path: n.Path}, nil
	default:
		return matrix.Access{
			Verb: r.Verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Namespace: r.Namespace, Name: r.Name,
		}, nil
	}
}

// reason describes a binding as the API server does: names before namespaces, and the first of the
// subjects that match.
func reason(b *Binding, who requestor) string {
	name, subject := b.Name, ""
	if b.Namespace != "" {
		name += "/" + b.Namespace
	}
	for _, s := range b.Subjects {
		if who.is(b.Subject(s)) {
			subject = fmt.Sprintf("%s %q", s.Kind, s.Name)
			if s.Kind == matrix.KindServiceAccount {
				subject = fmt.Sprintf("%s %q", s.Kind, s.Name+"/"+b.Subject(s).Namespace)
			}
			break
		}
	}
	return fmt.Sprintf("%s %q of %s %q to %s", b.Kind(), name, b.RoleRef.Kind, b.RoleRef.Name, subject)
}

// missingRoles is the reason that the API server gives with every refusal to an account whose bindings
// refer to roles that do not exist, whatever was asked; "" when there are none (seen with
// Kubernetes 1.37.2).
func (x *Index) missingRoles(who requestor, namespace string) string {
	var missing []string
	for _, s := range x.effective(who, namespace) {
		if s.role != nil {
			continue
		}
		text := fmt.Sprintf("unsupported role reference kind: %q", s.binding.RoleRef.Kind)
		if kind := s.binding.RoleRef.Kind; kind == kindRole || kind == kindClusterRole {
			text = fmt.Sprintf("%s.rbac.authorization.k8s.io %q not found", strings.ToLower(kind), s.binding.RoleRef.Name)
		}
		if !slices.Contains(missing, text) {
			missing = append(missing, text)
		}
	}
	switch len(missing) {
	case 0:
		return ""
	case 1:
		return "rbac: RBAC: " + missing[0]
	default:
		return "rbac: RBAC: [" + strings.Join(missing, ", ") + "]"
	}
}
