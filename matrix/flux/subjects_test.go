// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// bind adds a ClusterRoleBinding of a role to subjects written as "name" (a ServiceAccount of flux-system),
// "ns/name" or "Group name".
func bind(s *Snapshot, role string, to ...string) {
	var out []rbacv1.Subject
	for _, word := range to {
		if kind, name, ok := strings.Cut(word, " "); ok {
			out = append(out, rbacv1.Subject{Kind: kind, Name: name})
			continue
		}
		namespace, name, ok := strings.Cut(word, "/")
		if !ok {
			namespace, name = "flux-system", word
		}
		out = append(out, rbacv1.Subject{Kind: "ServiceAccount", Namespace: namespace, Name: name})
	}
	s.Bindings = append(s.Bindings, bindingTo(role, "extra", out))
}

func drop(s *Snapshot, component string, account bool) {
	s.Installs[0].Controllers = slices.DeleteFunc(s.Installs[0].Controllers, func(c Controller) bool { return c.Component == component })
	if account {
		s.ServiceAccounts = slices.DeleteFunc(s.ServiceAccounts, func(a ServiceAccount) bool { return a.Name == component })
	}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name    string
		version string
		fault   func(*Snapshot)
		options Options
		want    []string
	}{{
		name:  "optional controller not installed",
		fault: func(s *Snapshot) { drop(s, "source-watcher", true) },
		want:  []string{"FP104 info missing source-watcher: the ServiceAccount does not exist: whoever creates it gets these rights"},
	}, {
		name:  "account without its controller",
		fault: func(s *Snapshot) { drop(s, "source-watcher", false) },
		want:  []string{"FP104 info excess source-watcher: no controller of this Flux runs as it"},
	}, {
		name: "strangers bound to crd-controller",
		fault: func(s *Snapshot) {
			s.Bindings[1].Subjects = append(s.Bindings[1].Subjects, rbacv1.Subject{Kind: "User", Name: "eve"},
				rbacv1.Subject{Kind: "ServiceAccount", Namespace: "apps", Name: "gone"})
		},
		want: []string{
			"FP104 warning excess eve: no controller of this Flux runs as it",
			"FP104 warning missing gone: the ServiceAccount does not exist: whoever creates it gets these rights",
		},
	}, {
		name: "stranger bound to cluster-reconciler",
		fault: func(s *Snapshot) {
			s.Bindings[0].Subjects = append(s.Bindings[0].Subjects, rbacv1.Subject{Kind: "Group", Name: "devs"})
		},
		want: []string{"FP202 error excess devs: ClusterRoleBinding cluster-reconciler-flux-system binds it to ClusterRole cluster-admin"},
	}, {
		name: "another account of the namespace is cluster-admin",
		fault: func(s *Snapshot) {
			s.ServiceAccounts = append(s.ServiceAccounts, ServiceAccount{Namespace: "flux-system", Name: "ci"}, ServiceAccount{Namespace: "flux-system", Name: "flux-operator"})
			bind(s, "cluster-admin", "ci", "flux-operator")
		},
		want: []string{"FP202 error excess ci: * *.*"},
	}, {
		name: "a right too many by a group",
		fault: func(s *Snapshot) {
			s.Roles = append(s.Roles, Role{Name: "execs", Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods/exec"}, Verbs: []string{"create"}}}})
			bind(s, "execs", "Group system:serviceaccounts:flux-system")
		},
		want: []string{
			"FP102 error excess source-controller: create pods/exec flux-system", "FP102 error excess notification-controller: create pods/exec flux-system",
			"FP102 error excess image-reflector-controller: create pods/exec flux-system",
			"FP102 error excess image-automation-controller: create pods/exec flux-system", "FP102 error excess source-watcher: create pods/exec flux-system",
		},
	}, {
		name: "a harmless right too many is seen by --exact",
		fault: func(s *Snapshot) {
			s.Roles = append(s.Roles, Role{Name: "services", Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"services"}, Verbs: []string{"list"}}}})
			bind(s, "services", "source-controller")
		},
		options: Options{Exact: true},
		want:    []string{"FP103 error excess source-controller: list services flux-system"},
	}, {
		name:    "object identity is an option of v2.10",
		version: "v2.10.0",
		fault: func(s *Snapshot) {
			s.Roles = append(s.Roles, Role{Name: "flux-object-identity", Rules: policy(loadData().releases.Optional[0].Rules)})
			bind(s, "flux-object-identity", "source-controller")
		},
		options: Options{Exact: true},
	}, {
		name:    "v2.10 with the crd-controller of v2.9",
		version: "v2.10.0",
		fault: func(s *Snapshot) {
			s.Roles[1].Rules = policy(loadData().role("crd-controller").Rules)
			s.Roles = append(s.Roles, Role{Name: "flux-object-identity", Rules: policy(loadData().releases.Optional[0].Rules)})
			bind(s, "flux-object-identity", "source-controller")
		},
		options: Options{Exact: true},
		want: []string{
			"FP103 error excess notification-controller: create serviceaccounts/token flux-system",
			"FP103 error excess image-reflector-controller: create serviceaccounts/token flux-system",
			"FP103 error excess image-automation-controller: create serviceaccounts/token flux-system",
			"FP103 error excess source-watcher: create serviceaccounts/token flux-system",
		},
	}, {
		name:  "account missing",
		fault: func(s *Snapshot) { dropAccount(s, "helm-controller") },
		want: []string{
			"FP105 error missing helm-controller: the ServiceAccount does not exist: no pod can start",
		},
	}, {
		name:    "flux-edit and flux-view of v2.7.0 forgot a group",
		version: "v2.7.0",
		want: []string{
			"FP106 warning missing : lacks get, list, watch on source.extensions.fluxcd.io: Flux v2.7.0 ships it so, a mistake that v2.7.4 repairs",
			"FP106 warning missing : lacks create, delete, deletecollection, patch, update on source.extensions.fluxcd.io: Flux v2.7.0 ships it so, a mistake that v2.7.4 repairs",
		},
	}, {
		name:  "not aggregated",
		fault: func(s *Snapshot) { delete(s.Roles[3].Labels, "rbac.authorization.k8s.io/aggregate-to-view") },
		want:  []string{"FP106 warning missing : ClusterRole flux-view-flux-system is not aggregated: view lacks " + lacking("get, list, watch")},
	}, {
		name: "an extension without flux-view and flux-edit", version: "v2.6.4",
		fault: func(s *Snapshot) { s.Roles = s.Roles[:2] },
		want: []string{
			"FP106 warning missing : view lacks " + lackingBefore27("get, list, watch") + "; edit lacks " + lackingBefore27("get, list, watch") + "; admin lacks " + lackingBefore27("get, list, watch"),
			"FP106 warning missing : edit lacks " + lackingBefore27("create, delete, deletecollection, patch, update") + "; admin lacks " + lackingBefore27("create, delete, deletecollection, patch, update"),
		},
	}, {
		name: "discovery of a group failed",
		fault: func(s *Snapshot) {
			s.Resources = slices.DeleteFunc(s.Resources, func(r Resource) bool { return r.Group == "coordination.k8s.io" })
			s.FailedGroups = []FailedGroup{{Group: "coordination.k8s.io", Reason: "503"}}
			s.Installs[0].Controllers = s.Installs[0].Controllers[:1]
			s.Bindings[1].Subjects = s.Bindings[1].Subjects[2:3]
			s.Bindings[0].Subjects = nil
		},
		want: []string{"FP101 error undetermined source-controller: discovery of coordination.k8s.io failed: 503"},
	}} {
		t.Run(test.name, func(t *testing.T) {
			version := test.version
			if version == "" {
				version = "v2.9.5"
			}
			s := healthySnapshot(version)
			if test.fault != nil {
				test.fault(s)
			}
			expectFailures(t, s, test.options, test.want...)
		})
	}
}

// By the profile of the needs, --exact tells what the role of a release grants beyond them: the accounts that
// only fetch and report can write Kustomizations and read every Secret (flux2 issue 5985).
func TestExactBeyondNeeds(t *testing.T) {
	for _, version := range []string{"v2.2.3", "v2.9.5", "v2.10.0"} {
		got := failures(healthySnapshot(version), Options{Profile: Required, Exact: true})
		for _, line := range []string{
			"FP103 error excess source-controller: create kustomizations.kustomize.toolkit.fluxcd.io flux-system",
			"FP103 error excess image-automation-controller: list secrets flux-system",
			"FP103 error excess notification-controller: delete configmaps flux-system",
			"FP103 error excess image-reflector-controller: delete leases.coordination.k8s.io flux-system",
		} {
			if !slices.Contains(got, line) {
				t.Errorf("%s: not reported: %s", version, line)
			}
		}
		for _, line := range []string{
			"FP103 error excess source-controller: patch gitrepositories.source.toolkit.fluxcd.io flux-system",
			"FP103 error excess source-controller: get secrets flux-system",
			"FP103 error excess notification-controller: patch kustomizations.kustomize.toolkit.fluxcd.io flux-system",
			"FP103 error excess image-reflector-controller: update leases.coordination.k8s.io flux-system",
		} {
			if slices.Contains(got, line) {
				t.Errorf("%s: a need is reported: %s", version, line)
			}
		}
	}
}

func dropAccount(s *Snapshot, account string) {
	s.ServiceAccounts = slices.DeleteFunc(s.ServiceAccounts, func(a ServiceAccount) bool { return a.Name == account })
}

func lackingBefore27(verbs string) string {
	var parts []string
	for _, g := range []string{"source", "kustomize", "helm", "notification", "image"} {
		parts = append(parts, verbs+" on "+g+".toolkit.fluxcd.io")
	}
	return strings.Join(parts, "; ")
}

func lacking(verbs string) string {
	return lackingBefore27(verbs) + "; " + verbs + " on source.extensions.fluxcd.io"
}

// TestIndexRecipe takes the rule away that the old advice about token creation names by its index: on
// v2.7 and later that is the one of leases, and token creation stays.
func TestIndexRecipe(t *testing.T) {
	for version, want := range map[string]string{"v2.6.4": "serviceaccounts/token", "v2.9.5": "leases.coordination.k8s.io"} {
		s := healthySnapshot(version)
		s.Roles[1].Rules = slices.Delete(slices.Clone(s.Roles[1].Rules), 10, 11)
		hit := map[string]bool{}
		for _, e := range derive(s, Options{}).Expectations {
			if review, ok := e.Access(); ok && e.Settled == "" && e.Want == matrix.Allow && !allows(s, review) {
				hit[review.Attributes.GroupResource()] = true
				if !strings.Contains(e.Hint, "crd-controller-flux-system") {
					t.Errorf("%s: the hint names no role of the cluster: %s", version, e.Hint)
				}
			}
		}
		if len(hit) != 1 || !hit[want] {
			t.Errorf("%s: refused are %v, want only %s", version, hit, want)
		}
	}
}

func TestDanglingRoleRef(t *testing.T) {
	s := healthySnapshot("v2.9.5")
	s.Roles = slices.DeleteFunc(s.Roles, func(r Role) bool { return r.Name == "crd-controller-flux-system" })
	got := failures(s, Options{})
	if !slices.Contains(got, "FP104 warning missing kustomize-controller: roleRef: ClusterRole crd-controller-flux-system does not exist") {
		t.Errorf("the dangling roleRef is not reported in %q", got)
	}
	for _, e := range derive(s, Options{}).Expectations {
		if e.Code == "FP101" && e.Hint != "ClusterRoleBinding crd-controller-flux-system refers to ClusterRole crd-controller-flux-system, which does not exist: restore it" {
			t.Fatalf("hint: %s", e.Hint)
		}
	}
}

func TestUnreadListsAreNeverAPass(t *testing.T) {
	s := healthySnapshot("v2.9.5")
	s.ServiceAccounts, s.Roles, s.Bindings = nil, nil, nil
	s.Unread = map[string]string{listServiceAccounts: "forbidden", listClusterRoles: "forbidden", listClusterRoleBindings: "forbidden"}
	for _, e := range derive(s, Options{}).Expectations {
		if e.Settled == matrix.Pass || e.Settled == matrix.Missing {
			t.Errorf("%s %s is settled as %s without having been read", e.Code, e.Subject, e.Settled)
		}
	}
}
