// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"context"
	"errors"
	"fmt"
	"sync"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Reviewer answers as a cluster would after a change of RBAC. Where the change makes no difference to what RBAC says, the
// server's answer stands. Where it does, RBAC after the change answers, but only if the server says now what RBAC says now:
// otherwise something else decides, and what that would say is not known.
//
// A Reviewer must not be copied after first use; it can be used concurrently.
type Reviewer struct {
	server        probe.Reviewer
	before, after rbac.Reviewer
	unread        string // why RBAC is not known in full; empty when it is

	lock    sync.Mutex
	differs map[string]string // by user: an access in whose answer the server and RBAC before differ
}

// NewReviewer returns a Reviewer for a change from one snapshot to another; server answers for the first.
func NewReviewer(server probe.Reviewer, before, after *snapshot.Snapshot) *Reviewer {
	return &Reviewer{
		server: server, before: rbac.Reviewer{Index: before.RBAC()}, after: rbac.Reviewer{Index: after.RBAC()},
		unread: before.WhyRBACUnread(), differs: map[string]string{},
	}
}

// Review answers spec. It asks the server in any case, to learn whether RBAC decides.
func (r *Reviewer) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	status, err := r.server.Review(ctx, spec)
	now := probe.Answer{Status: &status, Err: err}
	if now.Undetermined() {
		return status, err
	}
	before, after, err := r.byRBAC(ctx, spec)
	if err != nil {
		return status, err
	}
	agrees := now.Allowed() == before.Allowed
	if !agrees && r.unread == "" {
		r.note(spec)
	}
	switch {
	case before == after, before.Allowed == after.Allowed && (status.Denied || !agrees):
		return status, nil
	case r.unread != "":
		return none, errors.New("the assumption changes what RBAC says, and RBAC is not known in full: " + r.unread)
	case status.Denied:
		return none, errors.New("the assumption changes what RBAC says, but another authorizer denies it: " + status.Reason)
	case !agrees:
		return none, fmt.Errorf("the assumption changes what RBAC says, but now %s: something else decides", difference(before.Allowed))
	default:
		return after, nil
	}
}

var none authorizationv1.SubjectAccessReviewStatus

// difference says how the server's answer differs from that of RBAC.
func difference(byRBAC bool) string {
	if byRBAC {
		return "the server refuses what RBAC allows"
	}
	return "the server allows what RBAC does not"
}

func (r *Reviewer) byRBAC(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (before, after authorizationv1.SubjectAccessReviewStatus, err error) {
	if before, err = r.before.Review(ctx, spec); err != nil {
		return none, none, err
	}
	after, err = r.after.Review(ctx, spec)
	return before, after, err
}

// note remembers that the server and RBAC differ about a user.
func (r *Reviewer) note(spec authorizationv1.SubjectAccessReviewSpec) {
	access := matrix.Access{}
	if a := spec.ResourceAttributes; a != nil {
		access = matrix.Access{Verb: a.Verb, Group: a.Group, Resource: a.Resource, Subresource: a.Subresource, Namespace: a.Namespace, Name: a.Name}
	} else if a := spec.NonResourceAttributes; a != nil {
		access = matrix.Access{Verb: a.Verb, Path: a.Path}
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if text := access.String(); r.differs[spec.User] == "" || text < r.differs[spec.User] {
		r.differs[spec.User] = text
	}
}

// Touched reports whether the change makes a difference to what RBAC says about a review, so that the server did not
// answer it.
func (r *Reviewer) Touched(review matrix.Review) bool {
	before, after, err := r.byRBAC(context.Background(), probe.Spec(review))
	return err == nil && before != after
}

// Distrusted returns why RBAC cannot answer for an account, as far as the server was asked about it: to some review they
// have different answers. It is empty when there is no such review.
func (r *Reviewer) Distrusted(subject matrix.Subject) string {
	r.lock.Lock()
	defer r.lock.Unlock()
	if access := r.differs[subject.User()]; access != "" {
		return fmt.Sprintf("the assumption changes what RBAC says, but the server and RBAC differ about %s: %s", subject, access)
	}
	return ""
}
