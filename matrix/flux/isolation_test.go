// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

func TestIsolation(t *testing.T) {
	tests := []struct {
		name    string
		options flux.Options
		change  func(l *lab)
		want    []string
	}{
		{name: "no more than at home"},
		{
			name: "the editor of the Flux namespace",
			change: func(l *lab) {
				l.role("", "edits", "create|kustomize.toolkit.fluxcd.io|kustomizations", "get||secrets")
				l.bind("flux-system", "edits", "edits", "apps/dev-team")
			},
			want: []string{
				"FP501 excess error apps/dev-team get secrets in flux-system",
				"FP501 excess error apps/dev-team create kustomizations.kustomize.toolkit.fluxcd.io in flux-system",
			},
		},
		{
			name: "in kube-system, by the group of its namespace",
			change: func(l *lab) {
				l.role("", "r", "create||pods")
				l.bind("kube-system", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP501 excess error apps/dev-team create pods in kube-system"},
		},
		{
			name:   "into another tenant's namespace",
			change: func(l *lab) { l.role("", "r", "list||secrets"); l.bind("other", "b", "r", "apps/dev-team") },
			want:   []string{"FP502 excess error apps/dev-team list secrets in other"},
		},
		{
			name: "into another tenant's namespace, by a group of every account",
			change: func(l *lab) {
				l.role("", "r", "create||serviceaccounts/token")
				l.bind("other", "b", "r", "system:serviceaccounts")
			},
			want: []string{"FP502 excess error apps/dev-team create serviceaccounts/token in other"},
		},
		{
			name:   "every namespace",
			change: func(l *lab) { l.role("", "r", "create||pods/exec"); l.bind("", "b", "r", "apps/dev-team") },
			want: []string{
				"FP501 excess error apps/dev-team create pods/exec in flux-system",
				"FP501 excess error apps/dev-team create pods/exec in kube-system",
				"FP502 excess error apps/dev-team create pods/exec in ",
			},
		},
		{
			name:   "every namespace, every pair asked",
			change: func(l *lab) { l.role("", "r", "create||pods/exec"); l.bind("", "b", "r", "apps/dev-team") }, options: flux.Options{Exhaustive: true},
			want: []string{
				"FP501 excess error apps/dev-team create pods/exec in flux-system",
				"FP501 excess error apps/dev-team create pods/exec in kube-system",
				"FP502 excess error apps/dev-team create pods/exec in ",
				"FP502 excess error apps/dev-team create pods/exec in other",
			},
		},
		{
			name: "a rare right where Flux runs",
			change: func(l *lab) {
				l.role("", "r", "patch|kustomize.toolkit.fluxcd.io|kustomizations")
				l.bind("flux-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team patch kustomizations.kustomize.toolkit.fluxcd.io in flux-system"},
		},
		{
			name: "a rare right where another tenant is, by a group",
			change: func(l *lab) {
				l.role("", "r", "update|apps|deployments")
				l.bind("other", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP502 excess error apps/dev-team update deployments.apps in other"},
		},
		{
			name: "another account of kube-system",
			change: func(l *lab) {
				l.role("", "r", "impersonate||serviceaccounts")
				l.bind("kube-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team impersonate serviceaccounts in kube-system"},
		},
		{
			name: "the Kustomization of Flux itself, by its name",
			change: func(l *lab) {
				l.role("", "r", "create,patch|kustomize.toolkit.fluxcd.io|kustomizations")
				l.Roles[len(l.Roles)-1].Rules[0].ResourceNames = []string{"flux-system"}
				l.bind("flux-system", "b", "r", "apps/dev-team")
			},
			want: []string{"FP501 excess error apps/dev-team patch kustomizations.kustomize.toolkit.fluxcd.io in flux-system"},
		},
		{
			name: "its own second namespace",
			change: func(l *lab) {
				l.namespace("apps-two", map[string]string{"toolkit.fluxcd.io/tenant": "dev-team"})
				l.bind("apps-two", "b", "cluster-admin", "apps/dev-team")
			},
			want: []string{"FP504 excess warning apps/dev-team patch namespaces in apps-two"},
		},
		{
			name:   "cluster scope",
			change: func(l *lab) { l.role("", "r", "create|apiextensions.k8s.io|*"); l.bind("", "b", "r", "apps/dev-team") },
			want:   []string{"FP503 excess error apps/dev-team create customresourcedefinitions.apiextensions.k8s.io in "},
		},
		{
			name: "cluster scope, a rare right",
			change: func(l *lab) {
				l.role("", "r", "delete|apiextensions.k8s.io|customresourcedefinitions")
				l.bind("", "b", "r", "apps/dev-team")
			},
			want: []string{"FP503 excess error apps/dev-team delete customresourcedefinitions.apiextensions.k8s.io in "},
		},
		{
			name: "its own Namespace, strictly", options: flux.Options{Strict: true},
			change: func(l *lab) {},
			want:   []string{"FP504 excess error apps/dev-team patch namespaces in apps"},
		},
		{
			name: "the default account has rights under lockdown",
			change: func(l *lab) {
				l.role("", "r", "get||configmaps")
				l.bind("apps", "b", "r", "system:serviceaccounts:apps")
			},
			want: []string{"FP505 excess error apps/default get configmaps in apps"},
		},
		{
			name: "the default account has a right that no sample is about",
			change: func(l *lab) {
				l.role("", "r", "list||serviceaccounts")
				l.bind("apps", "b", "r", "apps/default")
			},
			want: []string{"FP505 excess error apps/default list serviceaccounts in apps"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := tenantLab(t)
			l.namespace("other", nil)
			l.account("other", "reconciler", "other")
			if test.change != nil {
				test.change(l)
			}
			var got []string
			for _, line := range failures(l.probe(t, test.options), "FP5") {
				usual := slices.Contains(relabels, line) && !test.options.Strict
				if usual || test.options.Strict && line[:5] != "FP504" {
					continue
				}
				// the group of every account reaches the other tenant's accounts too
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

// Without the bindings every pair is asked, up to a limit, and the rest is said.
func TestIsolationWithoutBindings(t *testing.T) {
	l := manyTenants(t, 10)
	l.Unread = map[string]string{"rolebindings.rbac.authorization.k8s.io": "forbidden"}
	const hinted = "rights of tenants' accounts that only a binding would hint at"
	said := false
	pairs := func(o flux.Options) (asked int, gap string) {
		m := flux.Derive(&l.Snapshot, o)
		for _, e := range m.Expectations {
			if access, _ := e.Access(); e.Code == "FP502" && access.Attributes.Namespace != "" {
				asked++
			}
		}
		for _, g := range m.NotAsked {
			if g.Section == "isolation" && g.What == hinted {
				said = true
			} else if g.Section == "isolation" {
				gap = g.What
			}
		}
		return asked, gap
	}
	const each = 7 // accesses of FP502
	if asked, gap := pairs(flux.Options{}); asked != 90*each || gap != "" {
		t.Errorf("asked %d, left out %q; want all %d", asked, gap, 90*each)
	}
	if asked, gap := pairs(flux.Options{MaxReviews: 30 * each}); asked != 30*each || gap != "60 pairs of a tenant's account and another tenant's namespace" {
		t.Errorf("asked %d, left out %q", asked, gap)
	}
	if asked, gap := pairs(flux.Options{MaxReviews: 1, Exhaustive: true}); asked != 90*each || gap != "" {
		t.Errorf("exhaustive: asked %d, left out %q", asked, gap)
	}
	if !said {
		t.Errorf("not said: %s", hinted)
	}
}

// manyTenants are n tenants as in tenantLab, each with 20 objects of 4 kinds.
func manyTenants(t testing.TB, n int) *lab {
	l := newLab(lockdown...)
	for i := range n {
		namespace := fmt.Sprintf("team-%03d", i)
		l.namespace(namespace, map[string]string{"toolkit.fluxcd.io/tenant": namespace})
		l.account(namespace, "reconciler", namespace)
		l.bind(namespace, "gotk-reconciler", "cluster-admin", namespace+"/reconciler")
		var entries []any
		for k := range 5 {
			for _, kind := range []string{"_ConfigMap", "_Secret", "_Service", "apps_Deployment"} {
				entries = append(entries, map[string]any{"id": fmt.Sprintf("%s_app-%d_%s", namespace, k, kind)})
			}
		}
		l.object(t, "Kustomization", namespace, "app", "{spec: {serviceAccountName: reconciler, prune: true}}")
		l.Objects[i].Fields["status"] = map[string]any{"inventory": map[string]any{"entries": entries}}
	}
	return l
}

// What a run costs grows with the tenants, not with their square.
func TestCost(t *testing.T) {
	cost := func(tenants int) (all, applying int) {
		l := manyTenants(t, tenants)
		m := flux.Derive(&l.Snapshot, flux.Options{})
		m.Expectations = slices.DeleteFunc(m.Expectations, func(e matrix.Expectation) bool { return e.Settled != "" })
		first := map[matrix.Review]bool{}
		for _, e := range m.Expectations {
			first[e.Ways[0][0]] = true
			if access, _ := e.Access(); e.Code == "FP401" && access.Subject.Namespace == "team-000" {
				applying++
			}
		}
		return len(first), applying
	}
	few, checks := cost(200)
	if few >= 15_000 || checks != 80 {
		t.Errorf("200 tenants cost %d reviews, of %d checks for the objects of one; want fewer than 15000, and 80", few, checks)
	}
	if many, _ := cost(1000); many > 5*few {
		t.Errorf("1000 tenants cost %d reviews, more than five times the %d of 200", many, few)
	}
}

// An account with namespace-wide rights is asked once for each verb and kind, not for each object.
func TestSharedReviews(t *testing.T) {
	l := manyTenants(t, 1)
	m := flux.Derive(&l.Snapshot, flux.Options{}).Only(func(section string) bool { return section == "tenants" })
	p := probe.Prober{Reviewer: l, Concurrency: 1}
	checks := 0
	for f := range p.Run(t.Context(), m) {
		if checks++; f.Code != "FP401" || f.Verdict != matrix.Pass {
			t.Errorf("%s is %s: %s", f.Code, f.Verdict, f.Because)
		}
	}
	if checks != 80 || l.asked != 16 {
		t.Errorf("%d checks asked %d reviews, want 80 and 16", checks, l.asked)
	}
}

func BenchmarkDerive(b *testing.B) {
	l := manyTenants(b, 200)
	for b.Loop() {
		flux.Derive(&l.Snapshot, flux.Options{})
	}
}
