// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var (
	dev  = matrix.ServiceAccount("apps", "dev")
	kind = matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
)

// cluster is a snapshot in which apps/dev can do verb on secrets, everywhere or in a namespace.
func cluster(namespace, verb string) *snapshot.Snapshot {
	s := &snapshot.Snapshot{ServiceAccounts: []snapshot.ServiceAccount{{Namespace: "apps", Name: "dev"}}}
	s.Roles = []rbac.Role{{Name: "r", Rules: []rbacv1.PolicyRule{{Verbs: []string{verb}, APIGroups: []string{""}, Resources: []string{"secrets"}}}}}
	s.Bindings = []rbac.Binding{{
		Namespace: namespace, Name: "b", RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "r"},
		Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "apps", Name: "dev"}},
	}}
	return s
}

func secrets(verb, namespace, name string) matrix.Access {
	return matrix.Access{Verb: verb, Resource: "secrets", Namespace: namespace, Name: name}
}

func check(code string, want matrix.Effect, a matrix.Access) *matrix.Asked {
	return &matrix.Asked{
		CheckMeta: matrix.CheckMeta{Code: code, Subject: matrix.Share(dev), Severity: matrix.Error, Because: "for " + code, Origin: matrix.Share(kind)}, Want: want, AnyOf: matrix.One(dev, a),
	}
}

func allAccess(c *matrix.Asked) *matrix.Asked {
	c.AllAccess = true
	return c
}

// TestRelatedChecks asks about one access, and wants the verdict by the checks that are about it.
func TestRelatedChecks(t *testing.T) {
	everything := matrix.Access{Verb: "*", Group: "*", Resource: "*"}
	for name, test := range map[string]struct {
		held   *snapshot.Snapshot
		access matrix.Access
		checks []matrix.Check
		want   matrix.Verdict
	}{
		"no check, denied":  {cluster("", "get"), secrets("list", "shop", ""), nil, ""},
		"no check, allowed": {cluster("", "get"), secrets("get", "shop", ""), nil, ""},
		"needed":            {cluster("", "get"), secrets("list", "shop", ""), []matrix.Check{check("A", matrix.Allow, secrets("list", "shop", ""))}, matrix.Missing},
		"needed everywhere": {
			cluster("", "get"), secrets("list", "shop", "x"), []matrix.Check{check("A", matrix.Allow, secrets("list", "", ""))}, matrix.Missing,
		},
		"part of everything": {cluster("", "*"), secrets("list", "shop", ""), []matrix.Check{check("A", matrix.Allow, everything)}, matrix.Pass},
		"forbidden everywhere, denied": {
			cluster("", "get"), secrets("list", "shop", ""), []matrix.Check{check("D", matrix.Deny, secrets("list", "", ""))}, matrix.Pass,
		},
		"forbidden everywhere, allowed everywhere": {
			cluster("", "get"), secrets("get", "shop", ""), []matrix.Check{check("D", matrix.Deny, secrets("get", "", ""))}, matrix.Excess,
		},
		"forbidden everywhere, allowed in one namespace": {
			cluster("shop", "get"), secrets("get", "shop", ""), []matrix.Check{check("D", matrix.Deny, secrets("get", "", ""))}, "",
		},
		"forbidden everywhere, at home": {
			cluster("", "get"), secrets("list", "apps", ""), []matrix.Check{check("D", matrix.Deny, secrets("list", "", ""))}, "",
		},
		"forbidden everywhere, where something is needed": {
			cluster("", "get"), secrets("list", "shop", ""),
			[]matrix.Check{check("D", matrix.Deny, secrets("list", "", "")), check("A", matrix.Allow, secrets("get", "shop", ""))}, "",
		},
		"everything is forbidden together": {cluster("", "get"), secrets("get", "shop", ""), []matrix.Check{check("D", matrix.Deny, everything)}, ""},
		"any access is forbidden, denied": {
			cluster("", "get"), secrets("list", "apps", ""), []matrix.Check{allAccess(check("D", matrix.Deny, secrets("get", "apps", "")))}, matrix.Pass,
		},
		"any access is forbidden, allowed": {
			cluster("", "list"), secrets("list", "apps", ""), []matrix.Check{allAccess(check("D", matrix.Deny, secrets("get", "apps", "")))}, matrix.Excess,
		},
		"another account's check": {
			cluster("", "get"), secrets("list", "shop", ""),
			[]matrix.Check{&matrix.Asked{CheckMeta: matrix.CheckMeta{Subject: matrix.Share(matrix.ServiceAccount("a", "b"))}, Want: matrix.Allow, AnyOf: matrix.One(matrix.ServiceAccount("a", "b"), secrets("list", "", ""))}}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := New(test.held, rbac.Reviewer{Index: test.held.RBAC()}, &matrix.Matrix{Checks: test.checks}, Options{})
			r, err := x.Access(t.Context(), matrix.Review{Subject: matrix.Share(dev), Access: test.access})
			if err != nil {
				t.Fatal(err)
			}
			e := r.Explanations[0]
			if e.Verdict() != test.want {
				t.Errorf("%s is %q by %+v, want %q", e.Decision, e.Verdict(), e.Checks, test.want)
			}
			if granted := r.Grant != ""; granted != (test.want == matrix.Missing) {
				t.Errorf("%q is granted:\n%s", e.Verdict(), r.Grant)
			}
		})
	}
}

// TestGrant prints a role that no check needs only when it is asked for, and never one that a check forbids
// or for an account that does not exist.
func TestGrant(t *testing.T) {
	forbidding := &matrix.Matrix{Checks: []matrix.Check{check("D", matrix.Deny, secrets("list", "", ""))}}
	for name, test := range map[string]struct {
		subject matrix.Subject
		m       *matrix.Matrix
		next    string
		granted bool
	}{
		"no check":     {dev, nil, "", true},
		"forbidden":    {dev, forbidding, "no role is suggested: D forbids this access", false},
		"non-existing": {matrix.ServiceAccount("shop", "x"), nil, "create ServiceAccount shop/x first", false},
	} {
		s := cluster("", "get")
		x := New(s, rbac.Reviewer{Index: s.RBAC()}, test.m, Options{Grant: true})
		r, err := x.Access(t.Context(), matrix.Review{Subject: matrix.Share(test.subject), Access: secrets("list", "", "")})
		if err != nil || (r.Grant != "") != test.granted || !strings.HasPrefix(strings.Join(r.Explanations[0].Next, "\n"), test.next) {
			t.Errorf("%s: %v, %+v", name, err, r)
		}
	}
}

func TestObject(t *testing.T) {
	s := cluster("", "get")
	info := check("I", matrix.Deny, secrets("get", "shop", ""))
	info.Severity = matrix.Info
	m := &matrix.Matrix{Checks: []matrix.Check{
		check("A", matrix.Allow, secrets("get", "apps", "")), check("B", matrix.Allow, secrets("list", "apps", "")), check("C", matrix.Allow, secrets("list", "apps", "")),
		info, &matrix.Observed{CheckMeta: matrix.CheckMeta{Code: "O", Severity: matrix.Warning, Origin: matrix.Share(kind)}, Verdict: matrix.Missing, Evidence: "seen"},
		&matrix.Observed{CheckMeta: matrix.CheckMeta{Code: "P"}},
	}}
	chains := []Chain{{Object: kind, Text: "the chain"}, {Object: matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "other"}, Text: "another"}}
	r, err := New(s, rbac.Reviewer{Index: s.RBAC()}, m, Options{Chains: chains}).Object(t.Context(), kind, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.Checks != 5 || r.AsExpected != 1 || r.ForInformation != 1 || len(r.Explanations) != 1 || !slices.Equal(r.Chain, []string{"the chain", "O warning: seen"}) {
		t.Errorf("%+v", r)
	}
	if e := r.Explanations[0]; len(e.Checks) != 2 || strings.Count(r.Grant, "kind: Role\n") != 2 {
		t.Errorf("%+v\n%s", e, r.Grant)
	}
}

func TestChains(t *testing.T) {
	var chains []Chain
	for range 8 {
		chains = append(chains, Chain{Text: "used", Impersonated: dev}, Chain{Deployment: "Deployment a/b", Controller: matrix.ServiceAccount("a", "b")})
	}
	s := cluster("", "get")
	x := New(s, rbac.Reviewer{Index: s.RBAC()}, nil, Options{Chains: chains})
	if got := x.chainsOf(dev); !slices.Equal(got, []string{"used", "and 3 more"}) {
		t.Errorf("%q", got)
	}
	if got := x.chainsOf(matrix.ServiceAccount("a", "b")); !slices.Equal(got, []string{"Deployment a/b runs as a/b"}) {
		t.Errorf("%q", got)
	}
}

// TestNoAnswer wants no verdict and no grant from a reviewer that fails, nor a panic without one.
func TestNoAnswer(t *testing.T) {
	failing := probe.ReviewerFunc(func(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		return authorizationv1.SubjectAccessReviewStatus{}, errors.New("gone\x1b")
	})
	for _, reviewer := range []probe.Reviewer{failing, nil} {
		x := New(cluster("", "get"), reviewer, &matrix.Matrix{Checks: []matrix.Check{check("A", matrix.Allow, secrets("list", "", ""))}}, Options{Live: true, Grant: true})
		r, err := x.Access(t.Context(), matrix.Review{Subject: matrix.Share(dev), Access: secrets("list", "", "")})
		if err != nil || r.Grant != "" || r.Explanations[0].Decision != Undetermined || r.Explanations[0].Reason == "gone\x1b" {
			t.Errorf("%v, %+v", err, r)
		}
	}
}

func TestFinding(t *testing.T) {
	s := cluster("", "get")
	x := New(s, rbac.Reviewer{Index: s.RBAC()}, nil, Options{})
	get, list := secrets("get", "shop", ""), secrets("create", "shop", "")
	for _, test := range []struct {
		finding probe.Finding
		want    []string
	}{
		{probe.Finding{Subject: dev}, nil},
		{probe.Finding{Subject: dev, Access: &get, Want: matrix.Deny}, []string{"granted: ClusterRoleBinding b", "to revoke: delete ClusterRoleBinding b", "to revoke: or narrow the rule"}},
		{probe.Finding{Subject: matrix.ServiceAccount("x", "y"), Access: &list, Want: matrix.Allow}, []string{"no binding grants it, and there is no near miss"}},
	} {
		lines, err := x.Finding(t.Context(), test.finding)
		if err != nil || len(lines) != len(test.want) {
			t.Errorf("%q, %v, want %q", lines, err, test.want)
			continue
		}
		for i, w := range test.want {
			if !strings.HasPrefix(lines[i], w) {
				t.Errorf("%q, want %q", lines[i], w)
			}
		}
	}
}
