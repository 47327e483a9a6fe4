// SPDX-License-Identifier: Apache-2.0

package assume_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
)

type status = authorizationv1.SubjectAccessReviewStatus

// TestRBACAnswersWhereItDecides asks about an access that dev-team has by its binding, and about one that nobody has, with
// servers of all kinds.
func TestRBACAnswersWhereItDecides(t *testing.T) {
	before := taken(t)
	without, err := apply(t, before, "delete=RoleBinding/apps/dev-team")
	if err != nil {
		t.Fatal(err)
	}
	review := matrix.Review{
		Subject: matrix.Share(matrix.ServiceAccount("apps", "dev-team")),
		Access:  matrix.Access{Verb: "get", Resource: "pods", Namespace: "apps"},
	}
	for name, test := range map[string]struct {
		deleted bool // the binding is deleted, or else added
		server  status
		err     error
		allowed bool
		why     string // the answer is undetermined
	}{
		"agrees, deleted":                   {true, status{Allowed: true}, nil, false, ""},
		"agrees, added":                     {false, status{}, nil, true, ""},
		"allows by something else":          {false, status{Allowed: true}, nil, false, "the server allows what RBAC does not"},
		"refuses what RBAC allows":          {true, status{}, nil, false, "the server refuses what RBAC allows"},
		"denies before RBAC":                {false, status{Denied: true, Reason: "policy"}, nil, false, "another authorizer denies it: policy"},
		"no answer":                         {true, status{}, errors.New("connection refused"), false, "connection refused"},
		"an evaluation error is no refusal": {true, status{EvaluationError: "cache"}, nil, false, "cache"},
	} {
		old, now := before, without
		if !test.deleted {
			old, now = without, before
		}
		r := assume.NewReviewer(probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (status, error) {
			return test.server, test.err
		}), old, now)
		if !r.Touched(review) {
			t.Errorf("%s: the review is not touched", name)
		}
		answer := probe.Ask(t.Context(), r, review)
		if test.why != "" {
			if !answer.Undetermined() || !strings.Contains(answer.Reason(), test.why) {
				t.Errorf("%s: got %v %q, want no answer because %q", name, answer.Status, answer.Reason(), test.why)
			}
			continue
		}
		if answer.Allowed() != test.allowed || answer.Undetermined() {
			t.Errorf("%s: got %+v, want %t", name, answer.Status, test.allowed)
		}
	}
}

func TestServerAnswersWhereNothingChanges(t *testing.T) {
	before := taken(t)
	after, err := apply(t, before, "delete=RoleBinding/apps/dev-team")
	if err != nil {
		t.Fatal(err)
	}
	r := assume.NewReviewer(probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (status, error) {
		return status{Allowed: true, Reason: "by a webhook"}, nil
	}), before, after)
	review := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("other", "account")), Access: matrix.Access{Verb: "get", Resource: "pods", Namespace: "apps"}}
	if answer := probe.Ask(t.Context(), r, review); !answer.Allowed() || answer.Reason() != "by a webhook" || r.Touched(review) {
		t.Errorf("got %+v", answer.Status)
	}
	if why := r.Distrusted(matrix.ServiceAccount("other", "account")); !strings.Contains(why, "the server and RBAC differ about other/account: get pods") {
		t.Errorf("the difference is not remembered: %q", why)
	}
	if why := r.Distrusted(matrix.ServiceAccount("apps", "dev-team")); why != "" {
		t.Errorf("a difference of another account counts: %q", why)
	}
}

func TestUnknownRBACAnswersNothing(t *testing.T) {
	before := taken(t)
	after, err := apply(t, before, "delete=RoleBinding/apps/dev-team")
	if err != nil {
		t.Fatal(err)
	}
	before.Unread = map[string]string{"roles.rbac.authorization.k8s.io": "forbidden"}
	var unread *assume.UnreadError
	for _, text := range []string{"delete=RoleBinding/apps/dev-team", "flux=2.10"} {
		if _, err := apply(t, before, text); !errors.As(err, &unread) || !strings.Contains(err.Error(), "what follows from "+text+" is not known: roles.rbac.authorization.k8s.io: forbidden") {
			t.Errorf("%s: got %v", text, err)
		}
	}
	if _, err := apply(t, before, "flag=kustomize-controller:--default-service-account=default"); err != nil {
		t.Errorf("a flag has nothing to do with RBAC: %v", err)
	}
	r := assume.NewReviewer(probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (status, error) {
		return status{Allowed: true}, nil
	}), before, after)
	review := matrix.Review{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev-team")), Access: matrix.Access{Verb: "get", Resource: "pods", Namespace: "apps"}}
	if answer := probe.Ask(t.Context(), r, review); !answer.Undetermined() || !strings.Contains(answer.Reason(), "RBAC is not known in full: roles.rbac.authorization.k8s.io: forbidden") {
		t.Errorf("got %+v %s", answer.Status, answer.Reason())
	}
}
