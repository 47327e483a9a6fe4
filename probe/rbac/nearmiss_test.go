// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestNearMisses(t *testing.T) {
	deployer := role("deployer", rule("get,patch deployments.apps"))
	whole := role("whole")
	whole.Aggregation = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"part": "yes"}}}}
	legacy := map[matrix.Subject]string{{Kind: "User", Name: "gotk:apps:reconciler"}: "nothing impersonates that user any more"}

	for _, test := range []struct {
		name     string
		roles    []Role
		bindings []Binding
		ask      string
		form     Form
		text     string
	}{
		{
			"bound in another namespace", []Role{deployer}, []Binding{binding("staging/dev", "ClusterRole deployer", "apps/dev")},
			"apps/dev patch deployments.apps in apps", OtherNamespace,
			"RoleBinding staging/dev grants it to ServiceAccount apps/dev only in namespace staging, not in apps",
		}, {
			"bound in a namespace, asked for the cluster", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "apps/dev")},
			"apps/dev patch deployments.apps", OtherNamespace,
			"RoleBinding apps/dev grants it to ServiceAccount apps/dev only in namespace apps; in the whole cluster it needs a ClusterRoleBinding to a ClusterRole",
		}, {
			"the account of another namespace", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "flux-system/dev")},
			"apps/dev patch deployments.apps in apps", OtherAccount,
			"RoleBinding apps/dev grants it to ServiceAccount flux-system/dev, not to ServiceAccount apps/dev",
		}, {
			"the account of the binding's namespace by default", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "dev")},
			"flux-system/dev patch deployments.apps in apps", OtherAccount,
			"RoleBinding apps/dev grants it to ServiceAccount apps/dev, not to ServiceAccount flux-system/dev",
		}, {
			"an account without a namespace", []Role{deployer}, []Binding{binding("dev", "ClusterRole deployer", "dev")},
			"apps/dev patch deployments.apps in apps", OtherAccount,
			"ClusterRoleBinding dev names ServiceAccount dev without a namespace, which matches no account",
		}, {
			"a misspelled account", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "apps/dev-taem")},
			"apps/dev-team patch deployments.apps in apps", SimilarName,
			"RoleBinding apps/dev grants it to ServiceAccount apps/dev-taem, not to ServiceAccount apps/dev-team",
		}, {
			"a legacy name", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "User gotk:apps:reconciler")},
			"apps/dev patch deployments.apps in apps", LegacyName,
			"RoleBinding apps/dev grants it to User gotk:apps:reconciler, not to ServiceAccount apps/dev: nothing impersonates that user any more",
		}, {
			"a User instead of a ServiceAccount", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer", "User dev")},
			"apps/dev patch deployments.apps in apps", OtherKind,
			"RoleBinding apps/dev grants it to User dev, not to ServiceAccount apps/dev",
		}, {
			"a role that does not exist", []Role{deployer}, []Binding{binding("apps/dev", "Role nope", "apps/dev")},
			"apps/dev patch deployments.apps in apps", NoRole,
			"RoleBinding apps/dev refers to Role apps/nope, which does not exist",
		}, {
			"a Role meant to be a ClusterRole", []Role{deployer}, []Binding{binding("apps/dev", "Role deployer", "apps/dev")},
			"apps/dev patch deployments.apps in apps", NoRole,
			"RoleBinding apps/dev refers to Role apps/deployer, which does not exist; ClusterRole deployer does and would allow it",
		}, {
			"another API group", []Role{role("apps/r", rule("patch deployments.extensions"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev patch deployments.apps in apps", OtherGroup,
			"Role apps/r, bound by RoleBinding apps/dev, allows patch on deployments in API group extensions, not in apps",
		}, {
			"no subresource", []Role{role("apps/r", rule("create pods"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev create pods/exec in apps", OtherSubresource,
			"Role apps/r, bound by RoleBinding apps/dev, allows create on pods, which does not include the subresource exec",
		}, {
			"only a subresource", []Role{role("apps/r", rule("patch deployments/status.apps"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev patch deployments.apps in apps", OtherSubresource,
			"Role apps/r, bound by RoleBinding apps/dev, allows patch on deployments/status.apps, which is only the subresource status",
		}, {
			"a path below", []Role{role("r", rule("head /livez"))}, []Binding{binding("dev", "ClusterRole r", "apps/dev")},
			"apps/dev head /livez/ping", OtherSubresource,
			"ClusterRole r, bound by ClusterRoleBinding dev, allows head on /livez, but not on paths below it, which need /livez/*",
		}, {
			"the singular", []Role{role("apps/r", rule("patch deployment.apps"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev patch deployments.apps in apps", SimilarResource,
			"Role apps/r, bound by RoleBinding apps/dev, allows patch on deployment.apps; the name of the resource is deployments",
		}, {
			"other names", []Role{role("apps/r", rule("get secrets [a,b]"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev get secrets=c in apps", OnlyNames,
			"Role apps/r, bound by RoleBinding apps/dev, allows get on secrets only by name: a, b",
		}, {
			"all names", []Role{role("apps/r", rule("list secrets [a]"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev list secrets in apps", OnlyNames,
			"Role apps/r, bound by RoleBinding apps/dev, allows list on secrets only by name: a; a request without a name needs a rule without resourceNames",
		}, {
			"a part without the label", []Role{whole, deployer}, []Binding{binding("apps/dev", "ClusterRole whole", "apps/dev")},
			"apps/dev patch deployments.apps in apps", NotAggregated,
			"ClusterRole deployer would allow it, but lacks the label for aggregation into ClusterRole whole: part=yes",
		}, {
			"a part that was not aggregated", []Role{whole, labelled(deployer, "part=yes")}, []Binding{binding("apps/dev", "ClusterRole whole", "apps/dev")},
			"apps/dev patch deployments.apps in apps", NotAggregated,
			"ClusterRole deployer is labelled for aggregation into ClusterRole whole, but its rules are not there: the aggregation controller has not run",
		}, {
			"a role that nothing binds", []Role{role("apps/deployer", deployer.Rules...)}, nil,
			"apps/dev patch deployments.apps in apps", Unbound,
			"Role apps/deployer would allow it, but no binding refers to it",
		}, {
			"a binding without subjects", []Role{deployer}, []Binding{binding("apps/dev", "ClusterRole deployer")},
			"apps/dev patch deployments.apps in apps", Unbound,
			"RoleBinding apps/dev has no subjects; its ClusterRole deployer would allow it",
		}, {
			"other verbs", []Role{role("apps/r", rule("list,get pods"), rule("watch pods"))}, []Binding{binding("apps/dev", "Role r", "apps/dev")},
			"apps/dev delete pods in apps", OtherVerb,
			"Role apps/r, bound by RoleBinding apps/dev, allows get, list, watch on pods, not delete",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			nears := New(test.roles, test.bindings).NearMisses(review(test.ask), legacy)
			if len(nears) != 1 {
				t.Fatalf("want one near miss, got %v", nears)
			}
			if got := nears[0]; got.Form != test.form || got.Text != test.text {
				t.Errorf("got  %s: %s\nwant %s: %s", got.Form, got.Text, test.form, test.text)
			}
			if nears[0].Object.Name == "" {
				t.Error("the near miss is about no object")
			}
		})
	}
}

func TestNearMissesAreOrdered(t *testing.T) {
	x := New([]Role{
		role("deployer", rule("* deployments.apps")), role("apps/reader", rule("get deployments.apps")),
	}, []Binding{
		binding("apps/reader", "Role reader", "apps/dev-team"),
		binding("apps/nope", "Role nope", "apps/dev-team"),
		binding("apps/typo", "ClusterRole deployer", "apps/dev-tam", "elsewhere/dev-team", "User somebody"),
		binding("staging/dev", "ClusterRole deployer", "apps/dev-team"),
		binding("other/tenant", "ClusterRole deployer", "other/dev-team"),
	})
	var got []Form
	for _, n := range x.NearMisses(review("apps/dev-team patch deployments.apps in apps"), nil) {
		got = append(got, n.Form)
	}
	want := []Form{OtherNamespace, OtherAccount, SimilarName, NoRole, OtherVerb}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
	if nears := x.NearMisses(review("apps/dev-team get deployments.apps in apps"), nil); nears != nil {
		t.Errorf("an access that is allowed has near misses: %v", nears)
	}
}
