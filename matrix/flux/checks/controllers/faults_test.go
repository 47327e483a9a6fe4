// SPDX-License-Identifier: Apache-2.0

package controllers_test

import (
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// bind adds a ClusterRoleBinding of a role to subjects written as "name" (a ServiceAccount of flux-system),
// "ns/name" or "Group name".
func bind(s *fluxtest.Lab, role string, to ...string) {
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
	s.Bindings = append(s.Bindings, rbac.Binding{Name: "extra", RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}, Subjects: out})
}

func drop(s *fluxtest.Lab, component string, account bool) {
	s.Installs[0].Controllers = slices.DeleteFunc(s.Installs[0].Controllers, func(c detect.Controller) bool { return c.Component == component })
	if account {
		s.ServiceAccounts = slices.DeleteFunc(s.ServiceAccounts, func(a snapshot.ServiceAccount) bool { return a.Name == component })
	}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name    string
		version string
		fault   func(*fluxtest.Lab)
		options checks.Options
		want    []string
	}{{
		name:  "optional controller not installed",
		fault: func(s *fluxtest.Lab) { drop(s, "source-watcher", true) },
		want:  []string{"FP104 info missing source-watcher: the ServiceAccount does not exist: whoever creates it gets these permissions"},
	}, {
		name:  "account without its controller",
		fault: func(s *fluxtest.Lab) { drop(s, "source-watcher", false) },
		want:  []string{"FP104 info excess source-watcher: no controller of this Flux runs as it"},
	}, {
		name: "strangers bound to crd-controller",
		fault: func(s *fluxtest.Lab) {
			s.Bindings[1].Subjects = append(s.Bindings[1].Subjects, rbacv1.Subject{Kind: "User", Name: "eve"},
				rbacv1.Subject{Kind: "ServiceAccount", Namespace: "apps", Name: "gone"})
		},
		want: []string{
			"FP104 warning excess eve: no controller of this Flux runs as it",
			"FP104 warning missing gone: the ServiceAccount does not exist: whoever creates it gets these permissions",
		},
	}, {
		name: "stranger bound to cluster-reconciler",
		fault: func(s *fluxtest.Lab) {
			s.Bindings[0].Subjects = append(s.Bindings[0].Subjects, rbacv1.Subject{Kind: "Group", Name: "devs"})
		},
		want: []string{"FP202 error excess devs: ClusterRoleBinding cluster-reconciler-flux-system binds it to ClusterRole cluster-admin"},
	}, {
		name: "another account of the namespace is cluster-admin",
		fault: func(s *fluxtest.Lab) {
			s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: "flux-system", Name: "ci"}, snapshot.ServiceAccount{Namespace: "flux-system", Name: "flux-operator"})
			bind(s, "cluster-admin", "ci", "flux-operator")
		},
		want: []string{"FP202 error excess ci: * *.*"},
	}, {
		name: "an excess permission by a group",
		fault: func(s *fluxtest.Lab) {
			s.Roles = append(s.Roles, rbac.Role{Name: "execs", Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"pods/exec"}, Verbs: []string{"create"}}}})
			bind(s, "execs", "Group system:serviceaccounts:flux-system")
		},
		want: []string{
			"FP102 error excess source-controller: create pods/exec flux-system", "FP102 error excess notification-controller: create pods/exec flux-system",
			"FP102 error excess image-reflector-controller: create pods/exec flux-system",
			"FP102 error excess image-automation-controller: create pods/exec flux-system", "FP102 error excess source-watcher: create pods/exec flux-system",
		},
	}, {
		name: "what RoleBindings in other namespaces give, besides what the release grants everywhere and what is harmless",
		fault: func(s *fluxtest.Lab) {
			s.Role("", "elsewhere", "get||secrets,configmaps,pods", "patch|source.toolkit.fluxcd.io|gitrepositories", "patch|apps|deployments|web", "create,patch||services", "impersonate||serviceaccounts")
			s.Bind("shop", "elsewhere", "elsewhere", "flux-system/source-controller", "flux-system/kustomize-controller")
			s.Role("", "nodes", "patch||nodes,namespaces")
			s.Bind("shop", "nodes", "nodes", "system:serviceaccounts:flux-system")
		},
		want: []string{
			"FP102 error excess source-controller: patch deployments.apps shop",
			"FP102 warning excess source-controller: create services shop", "FP102 warning excess source-controller: patch services shop",
			"FP102 error excess source-controller: patch namespaces shop", "FP102 error excess notification-controller: patch namespaces shop",
			"FP102 error excess image-reflector-controller: patch namespaces shop",
			"FP102 error excess image-automation-controller: patch namespaces shop", "FP102 error excess source-watcher: patch namespaces shop",
		},
	}, {
		name: "a harmless excess permission is found by --exact",
		fault: func(s *fluxtest.Lab) {
			s.Roles = append(s.Roles, rbac.Role{Name: "services", Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"services"}, Verbs: []string{"list"}}}})
			bind(s, "services", "source-controller")
		},
		options: checks.Options{Exact: true},
		want:    []string{"FP103 error excess source-controller: list services flux-system"},
	}, {
		name:    "object identity is an option of v2.10",
		version: "v2.10.0",
		fault: func(s *fluxtest.Lab) {
			s.Roles = append(s.Roles, rbac.Role{Name: "flux-object-identity", Rules: facts.Policies(facts.Load().Releases.Optional[0].Rules)})
			bind(s, "flux-object-identity", "source-controller")
		},
		options: checks.Options{Exact: true},
	}, {
		name:    "v2.10 with the crd-controller of v2.9",
		version: "v2.10.0",
		fault: func(s *fluxtest.Lab) {
			s.Roles[1].Rules = facts.Policies(facts.Load().Releases.Role("crd-controller").Rules)
			s.Roles = append(s.Roles, rbac.Role{Name: "flux-object-identity", Rules: facts.Policies(facts.Load().Releases.Optional[0].Rules)})
			bind(s, "flux-object-identity", "source-controller")
		},
		options: checks.Options{Exact: true},
		want: []string{
			"FP103 error excess notification-controller: create serviceaccounts/token flux-system",
			"FP103 error excess image-reflector-controller: create serviceaccounts/token flux-system",
			"FP103 error excess image-automation-controller: create serviceaccounts/token flux-system",
			"FP103 error excess source-watcher: create serviceaccounts/token flux-system",
		},
	}, {
		name:  "account missing",
		fault: func(s *fluxtest.Lab) { dropAccount(s, "helm-controller") },
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
		fault: func(s *fluxtest.Lab) { delete(s.Roles[3].Labels, "rbac.authorization.k8s.io/aggregate-to-view") },
		want:  []string{"FP106 warning missing : ClusterRole flux-view-flux-system is not aggregated: view lacks " + lacking("get, list, watch")},
	}, {
		name: "an extension without flux-view and flux-edit", version: "v2.6.4",
		fault: func(s *fluxtest.Lab) { s.Roles = s.Roles[:2] },
		want: []string{
			"FP106 warning missing : view lacks " + lackingBefore27("get, list, watch") + "; edit lacks " + lackingBefore27("get, list, watch") + "; admin lacks " + lackingBefore27("get, list, watch"),
			"FP106 warning missing : edit lacks " + lackingBefore27("create, delete, deletecollection, patch, update") + "; admin lacks " + lackingBefore27("create, delete, deletecollection, patch, update"),
		},
	}, {
		name: "discovery of a group failed",
		fault: func(s *fluxtest.Lab) {
			s.Resources = slices.DeleteFunc(s.Resources, func(r snapshot.Resource) bool { return r.Group == "coordination.k8s.io" })
			s.FailedGroups = []snapshot.FailedGroup{{Group: "coordination.k8s.io", Reason: "503"}}
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
			s := fluxtest.Healthy(version)
			if test.fault != nil {
				test.fault(s)
			}
			expectFailures(t, s, test.options, test.want...)
		})
	}
}

// With the profile of the needs, --exact reports what the role of a release grants beyond them: the accounts that only
// fetch and report can write Kustomizations and read every Secret (flux2 issue 5985).
func TestExactBeyondNeeds(t *testing.T) {
	for _, version := range []string{"v2.2.3", "v2.9.5", "v2.10.0"} {
		got := failures(t, fluxtest.Healthy(version), checks.Options{Profile: checks.Required, Exact: true})
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

func dropAccount(s *fluxtest.Lab, account string) {
	s.ServiceAccounts = slices.DeleteFunc(s.ServiceAccounts, func(a snapshot.ServiceAccount) bool { return a.Name == account })
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

// TestIndexRecipe removes the rule that old advice about token creation names by its index: in v2.7 and later that is
// the rule of leases, and token creation remains.
func TestIndexRecipe(t *testing.T) {
	for version, want := range map[string]string{"v2.6.4": "serviceaccounts/token", "v2.9.5": "leases.coordination.k8s.io"} {
		s := fluxtest.Healthy(version)
		s.Roles[1].Rules = slices.Delete(slices.Clone(s.Roles[1].Rules), 10, 11)
		hit := map[string]bool{}
		for _, e := range denied(s, derive(s, checks.Options{})) {
			access, _ := e.Access()
			hit[access.GroupResource()] = true
			if !strings.Contains(e.Hint, "crd-controller-flux-system") {
				t.Errorf("%s: the hint names no role of the cluster: %s", version, e.Hint)
			}
		}
		if len(hit) != 1 || !hit[want] {
			t.Errorf("%s: refused are %v, want only %s", version, hit, want)
		}
	}
}

func TestDanglingRoleRef(t *testing.T) {
	s := fluxtest.Healthy("v2.9.5")
	s.Roles = slices.DeleteFunc(s.Roles, func(r rbac.Role) bool { return r.Name == "crd-controller-flux-system" })
	got := failures(t, s, checks.Options{})
	if !slices.Contains(got, "FP104 warning missing kustomize-controller: roleRef: ClusterRole crd-controller-flux-system does not exist") {
		t.Errorf("the dangling roleRef is not reported in %q", got)
	}
	for _, c := range derive(s, checks.Options{}).Checks {
		if e := c.Meta(); e.Code == "FP101" && e.Hint != "ClusterRoleBinding crd-controller-flux-system refers to ClusterRole crd-controller-flux-system, which does not exist: restore it" {
			t.Fatalf("hint: %s", e.Hint)
		}
	}
}

func TestUnreadListsAreNeverAPass(t *testing.T) {
	s := fluxtest.Healthy("v2.9.5")
	s.ServiceAccounts, s.Roles, s.Bindings = nil, nil, nil
	s.Unread = map[string]string{"serviceaccounts": "forbidden", "clusterroles.rbac.authorization.k8s.io": "forbidden", "clusterrolebindings.rbac.authorization.k8s.io": "forbidden"}
	for _, c := range derive(s, checks.Options{}).Checks {
		if e, ok := c.(*matrix.Observed); ok && (e.Verdict == matrix.Pass || e.Verdict == matrix.Missing) {
			t.Errorf("%s of %s is %s, but nothing could be read", e.Code, e.Subject.Get(), e.Verdict)
		}
	}
}
