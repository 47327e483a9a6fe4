// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const (
	randomTenants  = 25
	rulesPerTenant = 20
	perRule        = 24 // questions about each rule, most of them about what it covers
)

// special are accesses that authorizers are asked about and no discovery lists.
var special = []matrix.Access{
	{Verb: "impersonate", Resource: "serviceaccounts"}, {Verb: "impersonate", Resource: "users"}, {Verb: "impersonate", Resource: "groups"},
	{Verb: "impersonate", Group: "authentication.k8s.io", Resource: "userextras", Subresource: "scopes"}, {Verb: "impersonate", Group: "authentication.k8s.io", Resource: "uids"},
	{Verb: "impersonate:serviceaccount", Group: "authentication.k8s.io", Resource: "serviceaccounts"},
	{Verb: "impersonate-on:serviceaccount:get", Resource: "secrets"},
	{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles"}, {Verb: "bind", Group: rbacv1.GroupName, Resource: "roles"},
	{Verb: "escalate", Group: rbacv1.GroupName, Resource: "clusterroles"}, {Verb: "escalate", Group: rbacv1.GroupName, Resource: "roles"},
	{Verb: "approve", Group: "certificates.k8s.io", Resource: "signers"}, {Verb: "sign", Group: "certificates.k8s.io", Resource: "signers"},
}

// generator makes rules from all that a server serves.
type generator struct {
	*rand.Rand
	resources  []snapshot.Resource
	namespaces []string
}

var names = []string{"alpha", "kustomize-controller", "tools"}

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

func (g *generator) one(in int) bool { return g.IntN(in) == 0 }

// rule is about one or two resources or special accesses, with a wildcard here and there, and by names now and then.
func (g *generator) rule() rbacv1.PolicyRule {
	var r rbacv1.PolicyRule
	for range 1 + g.IntN(2) {
		var group, resource string
		if g.one(6) {
			a := pick(g, special)
			group, resource, r.Verbs = a.Group, nameOf(a.Resource, a.Subresource), append(r.Verbs, a.Verb)
		} else {
			served := pick(g, g.resources)
			group, resource, r.Verbs = served.Group, nameOf(served.Resource, served.Subresource), append(r.Verbs, pick(g, served.Verbs))
			if served.Subresource != "" && g.one(8) {
				resource = "*/" + served.Subresource
			}
		}
		r.APIGroups, r.Resources = append(r.APIGroups, group), append(r.Resources, resource)
	}
	wildcards := []*[]string{&r.Verbs, &r.Verbs, &r.Resources, &r.APIGroups}
	for range 2 {
		if g.one(6) {
			*pick(g, wildcards) = []string{"*"}
		}
	}
	if g.one(4) {
		r.ResourceNames = []string{pick(g, names), pick(g, names)}
	}
	return r
}

func nameOf(resource, subresource string) string {
	if subresource != "" {
		return resource + "/" + subresource
	}
	return resource
}

// covered reports whether a rule is about a resource and a verb, as its lists say.
func covered(r rbacv1.PolicyRule, group, resource, subresource, verb string) bool {
	has := func(list []string, entry string) bool {
		return slices.Contains(list, entry) || slices.Contains(list, "*")
	}
	return has(r.Verbs, verb) && has(r.APIGroups, group) &&
		(has(r.Resources, nameOf(resource, subresource)) || subresource != "" && slices.Contains(r.Resources, "*/"+subresource))
}

// questions are requests that a rule may allow in a place, and a few that it may not: each as the server judges it, with the
// namespace and name that the request carries.
func (g *generator) questions(r rbacv1.PolicyRule, place string) []matrix.Access {
	var likely, all []matrix.Access
	add := func(group, resource, subresource, verb string, namespaced bool) {
		a := matrix.Access{Verb: verb, Group: group, Resource: resource, Subresource: subresource}
		if namespaced {
			if a.Namespace = place; place == "" {
				a.Namespace = pick(g, g.namespaces)
			}
		}
		nameless := subresource == "" && slices.Contains([]string{"list", "watch", "create", "deletecollection"}, verb)
		if !nameless {
			if a.Name = pick(g, names); len(r.ResourceNames) > 0 && !g.one(5) {
				a.Name = pick(g, r.ResourceNames)
			}
		}
		if group == "" && resource == "namespaces" && !nameless {
			if place != "" {
				a.Name = place
			}
			a.Namespace = a.Name
		}
		if all = append(all, a); covered(r, group, resource, subresource, verb) {
			likely = append(likely, a)
		}
	}
	for _, served := range g.resources {
		for _, verb := range served.Verbs {
			add(served.Group, served.Resource, served.Subresource, verb, served.Namespaced)
		}
	}
	for _, a := range special {
		if strings.HasPrefix(a.Verb, "impersonate-on:") {
			continue // no request by itself: without impersonate:serviceaccount, which is asked about, it has no effect
		}
		add(a.Group, a.Resource, a.Subresource, a.Verb, slices.Contains([]string{"serviceaccounts", "secrets", "roles"}, a.Resource))
	}
	asked := []matrix.Access{pick(g, all), pick(g, all)}
	for range perRule - len(asked) {
		if len(likely) > 0 {
			asked = append(asked, pick(g, likely))
		}
	}
	return asked
}

// TestRandom plants 500 random rules. What an account can do outside its namespace, as the request itself shows or, where
// a dry run does not fit, a review, is named or harmless.
func TestRandom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	l := newLab(t)
	read, err := l.connection.Snapshot(t.Context(), snapshotOptions)
	if err != nil {
		t.Fatal(err)
	}
	g := &generator{rand.New(rand.NewPCG(seed, 0)), read.Resources, []string{"flux-system", "kube-system", "default", "tools", "shop"}}
	l.tenant("shop")
	l.namespace("tools", "")
	questions := map[matrix.Review]bool{}
	for i := range randomTenants {
		tenant := l.tenant(fmt.Sprintf("tenant-%d", i))
		g.namespaces = append(g.namespaces, tenant.Namespace)
		for k := range rulesPerTenant {
			rule, place, subject := g.rule(), "", account(tenant)
			if !g.one(3) {
				place = pick(g, g.namespaces)
			}
			switch g.IntN(6) {
			case 0:
				subject = group("system:serviceaccounts:" + tenant.Namespace)
			case 1:
				subject = rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: tenant.User()}
			}
			l.grant(fmt.Sprintf("random-%d-%d", i, k), place, subject, rule)
			for _, a := range g.questions(rule, place) {
				if a.Namespace != tenant.Namespace {
					questions[matrix.Review{Subject: matrix.Share(tenant), Access: a}] = true
				}
			}
		}
	}
	l.create()
	failed, _ := l.probe()
	found, isolation := bySubject(failed), facts.Load().Isolation

	able := l.able(questions)
	performed, bad := 0, 0
	for _, q := range able {
		if class := isolation.ClassOf(q.Access); class == facts.Harmless || named(found[q.Subject.Get()], q.Access) {
			performed++
			continue
		}
		bad++
		t.Errorf("%s can %s, and that is not named", q.Subject.Get(), q.Access)
	}
	t.Logf("%d questions, %d of them allowed: %d named or harmless, %d not", len(questions), len(able), performed, bad)
	if len(able) < len(questions)/5 {
		t.Error("too little is allowed: the test proves little")
	}
}

// named reports whether a finding is about an access: itself, or all namespaces, names or resources at once.
func named(findings []probe.Finding, a matrix.Access) bool {
	return slices.ContainsFunc(findings, func(f probe.Finding) bool {
		n := *f.Access
		everything := n.Group == "*" && n.Resource == "*"
		return (n.Verb == a.Verb || everything && n.Verb == "*") && (n.Namespace == "" || n.Namespace == a.Namespace) && (n.Name == "" || n.Name == a.Name) &&
			(everything || n.Group == a.Group && n.Resource == a.Resource && (n.Subresource == a.Subresource || n.Subresource == "" && strings.HasPrefix(a.Verb, "impersonate")))
	})
}
