// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// applied is the index of a cluster after kubectl apply of needs.
func applied(t *testing.T, needs ...RoleNeed) *Index {
	t.Helper()
	var roles []Role
	var bindings []Binding
	for _, n := range needs {
		role, binding := n.Objects()
		switch r := role.(type) {
		case *rbacv1.Role:
			roles = append(roles, Role{Namespace: r.Namespace, Name: r.Name, Rules: r.Rules})
		case *rbacv1.ClusterRole:
			roles = append(roles, Role{Name: r.Name, Rules: r.Rules})
		}
		switch b := binding.(type) {
		case *rbacv1.RoleBinding:
			bindings = append(bindings, Binding{Namespace: b.Namespace, Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects})
		case *rbacv1.ClusterRoleBinding:
			bindings = append(bindings, Binding{Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects})
		}
	}
	return New(roles, bindings)
}

// TestMergeExistingTakesNothingAway grants one access after another, as the second run of a fix does.
func TestMergeExistingTakesNothingAway(t *testing.T) {
	asked := reviews(
		"apps/dev delete deployments.apps in apps", "apps/dev get secrets=a in apps", "apps/dev get deployments.apps in apps",
		"apps/dev get secrets in apps", "apps/dev get services in apps", "apps/dev get nodes", "apps/dev get /livez",
	)
	x := New(nil, nil)
	current := map[string]RoleNeed{}
	for i, review := range asked {
		for _, n := range MinimalRoles([]matrix.Review{review}) {
			current[n.Namespace] = x.MergeExisting(n)
		}
		var all []RoleNeed
		for _, n := range current {
			all = append(all, n)
		}
		x = applied(t, all...)
		for _, r := range asked[:i+1] {
			if !x.Allowed(r) {
				t.Errorf("granting %s takes %s away", review.Access, r.Access)
			}
		}
	}
	for _, want := range MinimalRoles(asked) { // as if all had been granted at once
		if diff := cmp.Diff(want.Rules, current[want.Namespace].Rules); diff != "" {
			t.Errorf("namespace %q: %s", want.Namespace, diff)
		}
	}
}

func TestMergeExisting(t *testing.T) {
	const name = "flux-probe:apps:dev"
	own := binding("apps/"+name, "Role "+name, "apps/dev")
	for title, test := range map[string]struct {
		roles    []Role
		bindings []Binding
		rules    []string
		kept     []string
	}{
		"nothing there":               {nil, nil, []string{"get pods"}, nil},
		"a role and a binding":        {[]Role{role("apps/"+name, rule("list pods"))}, []Binding{own}, []string{"get, list pods"}, []string{"list pods"}},
		"with another subject":        {[]Role{role("apps/"+name, rule("list pods"))}, []Binding{binding("apps/"+name, "Role "+name, "User alice", "dev")}, []string{"get, list pods"}, []string{"list pods"}},
		"the same rule":               {[]Role{role("apps/"+name, rule("get pods"))}, []Binding{own}, []string{"get pods"}, nil},
		"a narrower rule":             {[]Role{role("apps/"+name, rule("get pods [a]"))}, []Binding{own}, []string{"get pods"}, nil},
		"a wider rule":                {[]Role{role("apps/"+name, rule("* pods"))}, []Binding{own}, []string{"* pods"}, []string{"* pods"}},
		"a role without rules":        {[]Role{role("apps/" + name)}, []Binding{own}, []string{"get pods"}, nil},
		"no binding":                  {[]Role{role("apps/"+name, rule("list pods"))}, nil, []string{"get pods"}, nil},
		"a binding of another":        {[]Role{role("apps/"+name, rule("list pods"))}, []Binding{binding("apps/"+name, "Role "+name, "apps/other")}, []string{"get pods"}, nil},
		"a binding of another role":   {[]Role{role("apps/"+name, rule("list pods"))}, []Binding{binding("apps/"+name, "ClusterRole "+name, "dev")}, []string{"get pods"}, nil},
		"a role of another namespace": {[]Role{role("other/"+name, rule("list pods"))}, []Binding{binding("other/"+name, "Role "+name, "apps/dev")}, []string{"get pods"}, nil},
	} {
		t.Run(title, func(t *testing.T) {
			n := New(test.roles, test.bindings).MergeExisting(MinimalRoles(reviews("apps/dev get pods in apps"))[0])
			var rules, kept []string
			for _, r := range n.Rules {
				rules = append(rules, RuleText(r))
			}
			for _, r := range n.Kept {
				kept = append(kept, RuleText(r))
			}
			if diff := cmp.Diff(test.rules, rules); diff != "" {
				t.Errorf("rules: %s", diff)
			}
			if diff := cmp.Diff(test.kept, kept); diff != "" {
				t.Errorf("kept: %s", diff)
			}
		})
	}
}

func TestMergeExistingOfAGroup(t *testing.T) {
	n := RoleNeed{Subject: matrix.Subject{Kind: matrix.KindGroup, Name: "oncall"}, Rules: []rbacv1.PolicyRule{rule("get pods")}}
	x := applied(t, n)
	n.Rules = []rbacv1.PolicyRule{rule("get secrets")}
	if diff := cmp.Diff([]rbacv1.PolicyRule{rule("get pods,secrets")}, x.MergeExisting(n).Rules); diff != "" {
		t.Error(diff)
	}
}
