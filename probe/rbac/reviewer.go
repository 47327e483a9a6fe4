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

// superusers is the group that the API server lets pass before it asks any authorizer, without a
// reason (k8s.io/apiserver pkg/authentication/user/user.go@v0.37.2, SystemPrivilegedGroup).
const superusers = "system:masters"

// Reviewer answers access reviews from RBAC alone, as the API server's RBAC authorizer would
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go@v1.37.2), reasons included.
type Reviewer struct{ Index *Index }

// Review answers spec. The error is that of ctx, or of a spec that asks nothing.
func (r Reviewer) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	var status authorizationv1.SubjectAccessReviewStatus
	if err := ctx.Err(); err != nil {
		return status, err
	}
	attributes, err := attributesOf(spec)
	if err != nil {
		return status, err
	}
	if slices.Contains(spec.Groups, superusers) {
		status.Allowed = true
		return status, nil
	}
	who := requestor{spec.User, spec.Groups}
	q := ask(attributes)
	if place, ok := r.Index.allowing(&q, who); ok {
		status.Allowed = true
		status.Reason = "RBAC: allowed by " + reason(place.binding, who)
		return status, nil
	}
	status.Reason = r.Index.dangling(who, q.Namespace)
	return status, nil
}

func attributesOf(spec authorizationv1.SubjectAccessReviewSpec) (matrix.Attributes, error) {
	switch r, n := spec.ResourceAttributes, spec.NonResourceAttributes; {
	case spec.User == "" && len(spec.Groups) == 0:
		return matrix.Attributes{}, errors.New("the review names neither a user nor a group")
	case (r == nil) == (n == nil):
		return matrix.Attributes{}, errors.New("the review must ask about either a resource or a path")
	case n != nil:
		return matrix.Attributes{Verb: n.Verb, Path: n.Path}, nil
	default:
		return matrix.Attributes{
			Verb: r.Verb, Group: r.Group, Resource: r.Resource, Subresource: r.Subresource, Namespace: r.Namespace, Name: r.Name,
		}, nil
	}
}

// reason describes a binding in the API server's words: names stand before namespaces, and of the
// subjects that apply the first is named.
func reason(b *Binding, who requestor) string {
	name, subject := b.Name, ""
	if b.Namespace != "" {
		name += "/" + b.Namespace
	}
	for _, s := range b.Subjects {
		if who.is(b.subject(s)) {
			subject = fmt.Sprintf("%s %q", s.Kind, s.Name)
			if s.Kind == matrix.KindServiceAccount {
				subject = fmt.Sprintf("%s %q", s.Kind, s.Name+"/"+b.subject(s).Namespace)
			}
			break
		}
	}
	return fmt.Sprintf("%s %q of %s %q to %s", b.Kind(), name, b.RoleRef.Kind, b.RoleRef.Name, subject)
}

func (r requestor) is(s matrix.Subject) bool {
	if s.Kind == matrix.KindGroup {
		return slices.Contains(r.groups, s.Name)
	}
	return s.User() == r.user
}

// dangling is the reason that comes with every refusal to someone whose bindings refer to roles that
// do not exist, whatever was asked; "" when there are none. Kubernetes 1.37.2 was seen to say so.
func (x *Index) dangling(who requestor, namespace string) string {
	var lost []string
	for _, place := range x.boundFor(who, namespace) {
		if place.role != nil {
			continue
		}
		text := fmt.Sprintf("unsupported role reference kind: %q", place.binding.RoleRef.Kind)
		if kind := place.binding.RoleRef.Kind; kind == kindRole || kind == kindClusterRole {
			text = fmt.Sprintf("%s.rbac.authorization.k8s.io %q not found", strings.ToLower(kind), place.binding.RoleRef.Name)
		}
		if !slices.Contains(lost, text) {
			lost = append(lost, text)
		}
	}
	switch len(lost) {
	case 0:
		return ""
	case 1:
		return "rbac: RBAC: " + lost[0]
	default:
		return "rbac: RBAC: [" + strings.Join(lost, ", ") + "]"
	}
}
