// SPDX-License-Identifier: Apache-2.0

package isolation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/isolation"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

func TestIsolation(t *testing.T) {
	tests := []struct {
		name    string
		options checks.Options
		change  func(l *fluxtest.Lab)
		want    []string
	}{
		{name: "no more than at home"},
		{
			name: "the editor of the Flux namespace",
			change: func(l *fluxtest.Lab) {
				l.Role("", "edits", "create|kustomize.toolkit.fluxcd.io|kustomizations", "get||secrets")
				l.Bind("flux-system", "edits", "edits", "apps/dev-team")
			},
			want: []string{
				"FP501 excess error apps/dev-team get secrets in flux-system",
				"FP501 excess error apps/dev-team create kustomizations.kustomize.toolkit.fluxcd.io in flux-system",
			},
		},
		{
			name: "in kube-system, by the group of its namespace",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "create||pods")
				l.Bind("kube-system", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP501 excess error apps/dev-team create pods in kube-system"},
		},
		{
			name:   "into another tenant's namespace",
			change: func(l *fluxtest.Lab) { l.Role("", "r", "list||secrets"); l.Bind("other", "b", "r", "apps/dev-team") },
			want:   []string{"FP502 excess error apps/dev-team list secrets in other"},
		},
		{
			name: "into another tenant's namespace, by a group of every account",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "create||serviceaccounts/token")
				l.Bind("other", "b", "r", "system:serviceaccounts")
			},
			want: []string{"FP502 excess error apps/dev-team create serviceaccounts/token in other"},
		},
		{
			name:   "every namespace",
			change: func(l *fluxtest.Lab) { l.Role("", "r", "create||pods/exec"); l.Bind("", "b", "r", "apps/dev-team") },
			want: []string{
				"FP501 excess error apps/dev-team create pods/exec in flux-system",
				"FP502 excess error apps/dev-team create pods/exec in ",
			},
		},
		{
			name:   "every namespace, every pair asked",
			change: func(l *fluxtest.Lab) { l.Role("", "r", "create||pods/exec"); l.Bind("", "b", "r", "apps/dev-team") }, options: checks.Options{Exhaustive: true},
			want: []string{
				"FP501 excess error apps/dev-team create pods/exec in flux-system",
				"FP502 excess error apps/dev-team create pods/exec in ",
				"FP502 excess error apps/dev-team create pods/exec in other",
			},
		},
		{
			name: "a rare permission where Flux runs",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "patch|kustomize.toolkit.fluxcd.io|kustomizations")
				l.Bind("flux-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team patch kustomizations.kustomize.toolkit.fluxcd.io in flux-system"},
		},
		{
			name: "a rare permission where another tenant is, by a group",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "update|apps|deployments")
				l.Bind("other", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP502 excess error apps/dev-team update deployments.apps in other"},
		},
		{
			name: "another account of kube-system",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "impersonate||serviceaccounts")
				l.Bind("kube-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team impersonate serviceaccounts in kube-system"},
		},
		{
			name: "the Kustomization of Flux itself, by its name",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "create,patch|kustomize.toolkit.fluxcd.io|kustomizations")
				l.Roles[len(l.Roles)-1].Rules[0].ResourceNames = []string{"flux-system"}
				l.Bind("flux-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team patch kustomizations.kustomize.toolkit.fluxcd.io in flux-system"},
		},
		{
			name: "its own second namespace",
			change: func(l *fluxtest.Lab) {
				l.AddNamespace("apps-two", map[string]string{"toolkit.fluxcd.io/tenant": "dev-team"})
				l.Bind("apps-two", "b", "cluster-admin", "apps/dev-team")
			},
			want: []string{"FP504 excess warning apps/dev-team patch namespaces in apps-two"},
		},
		{
			name: "cluster scope",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "create|apiextensions.k8s.io|*")
				l.Bind("", "b", "r", "apps/dev-team")
			},
			want: []string{"FP503 excess error apps/dev-team create customresourcedefinitions.apiextensions.k8s.io in "},
		},
		{
			name: "cluster scope, a rare permission",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "delete|apiextensions.k8s.io|customresourcedefinitions")
				l.Bind("", "b", "r", "apps/dev-team")
			},
			want: []string{"FP503 excess error apps/dev-team delete customresourcedefinitions.apiextensions.k8s.io in "},
		},
		{
			name: "its own Namespace, strictly", options: checks.Options{Strict: true},
			change: func(l *fluxtest.Lab) {},
			want:   []string{"FP504 excess error apps/dev-team patch namespaces in apps"},
		},
		{
			name: "the default account has permissions under lockdown",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "get||configmaps")
				l.Bind("apps", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP505 excess error apps/default get configmaps in apps"},
		},
		{
			name: "the default account has a permission that no sample is about",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "list||serviceaccounts")
				l.Bind("apps", "b", "r", "apps/default")
			},
			want: []string{"FP505 excess error apps/default list serviceaccounts in apps"},
		},
		{
			name:   "the default account is bound without its namespace, which is that of the RoleBinding",
			change: func(l *fluxtest.Lab) { l.Role("", "r", "patch|apps|deployments"); l.Bind("apps", "b", "r", "/default") },
			want:   []string{"FP505 excess error apps/default patch deployments.apps in apps"},
		},
		{
			name: "the default account is bound by its user name",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "patch|apps|deployments")
				l.Bind("", "b", "r", "User system:serviceaccount:apps:default")
			},
			want: []string{
				"FP507 excess error apps/default patch deployments.apps in ",
				"FP505 excess error apps/default patch deployments.apps in apps",
			},
		},
		{
			name: "every user has a permission, the default accounts among them",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "list||services")
				l.Bind("", "b", "r", "system:authenticated")
			},
			want: []string{
				"FP505 excess error apps/default list services in apps",
				"FP505 excess error other/default list services in other",
			},
		},
		{
			name: "what the API server binds to every user at its start is discovery",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "list||services")
				l.Bind("", "b", "r", "system:authenticated")
				l.Bindings[len(l.Bindings)-1].Labels = map[string]string{"kubernetes.io/bootstrapping": "rbac-defaults"}
			},
		},
		{
			name: "a rare permission where Flux runs, bound by user name",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "update|apps|deployments")
				l.Bind("flux-system", "b", "r", "User system:serviceaccount:apps:dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team update deployments.apps in flux-system"},
		},
		{
			name: "a rare permission where another tenant is, bound by user name",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "update|apps|deployments")
				l.Bind("other", "b", "r", "User system:serviceaccount:apps:dev-team")
			},
			want: []string{"FP502 excess error apps/dev-team update deployments.apps in other"},
		},
		{
			name: "an account without a namespace in a RoleBinding is not the one of another namespace",
			change: func(l *fluxtest.Lab) {
				l.Role("", "r", "update|apps|deployments")
				l.Bind("other", "b", "r", "/dev-team")
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := fluxtest.Tenant(t)
			l.AddNamespace("other", nil)
			l.Account("other", "reconciler", "other")
			if test.change != nil {
				test.change(l)
			}
			var got []string
			for _, line := range fluxtest.Failures(l.Findings(t, test.options, isolation.Checks), "FP5") {
				usual := slices.Contains(fluxtest.UsualFailures, line) && !test.options.Strict
				if usual || test.options.Strict && line[:5] != "FP504" {
					continue
				}
				// The group of every account contains the other tenant's accounts too.
				if strings.HasSuffix(line, "create serviceaccounts/token in other") && strings.Contains(line, " other/") {
					continue
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error("findings (-want +got):\n" + diff)
			}
		})
	}
}

// Without the bindings every pair is asked, up to a limit, and the rest is described.
func TestIsolationWithoutBindings(t *testing.T) {
	l := fluxtest.Tenants(t, 10)
	l.Unread = map[string]string{"rolebindings.rbac.authorization.k8s.io": "forbidden"}
	const hidden = "permissions of tenants' accounts that only a binding would reveal"
	described := false
	pairs := func(o checks.Options) (asked int, skipped string) {
		found, gaps := isolation.Checks(l.Model(), o)
		for _, c := range found {
			if access, _ := c.Access(); c.Meta().Code == "FP502" && access.Namespace != "" {
				asked++
			}
		}
		for _, g := range gaps {
			if g.What == hidden {
				described = true
			} else {
				skipped = g.What
			}
		}
		return asked, skipped
	}
	const each = 7 // accesses of FP502
	if asked, skipped := pairs(checks.Options{}); asked != 90*each || skipped != "" {
		t.Errorf("asked %d, left out %q; want all %d", asked, skipped, 90*each)
	}
	if asked, skipped := pairs(checks.Options{MaxReviews: 30 * each}); asked != 30*each || skipped != "60 pairs of a tenant's account and another tenant's namespace" {
		t.Errorf("asked %d, left out %q", asked, skipped)
	}
	if asked, skipped := pairs(checks.Options{MaxReviews: 1, Exhaustive: true}); asked != 90*each || skipped != "" {
		t.Errorf("exhaustive: asked %d, left out %q", asked, skipped)
	}
	if !described {
		t.Errorf("not described: %s", hidden)
	}
}
