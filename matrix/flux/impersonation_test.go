// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// The rights that the real controllers need for what tenantLab's Kustomization applies.
const (
	legacyRight   = "impersonate||serviceaccounts|dev-team"
	accountHalf   = "impersonate:serviceaccount|authentication.k8s.io|serviceaccounts|dev-team"
	pathsHalf     = "impersonate-on:serviceaccount:get|/api,/apis"
	objectsHalf   = "impersonate-on:serviceaccount:get,impersonate-on:serviceaccount:patch,impersonate-on:serviceaccount:delete|,apps|deployments,services"
	withoutDelete = "impersonate-on:serviceaccount:get,impersonate-on:serviceaccount:patch|,apps|deployments,services"
)

func TestMayImpersonate(t *testing.T) {
	tests := []struct {
		name   string
		server string
		rules  []string
		want   bool
		via    string
	}{
		{name: "nothing", server: "v1.37.2"},
		{name: "legacy", server: "v1.37.2", rules: []string{legacyRight}, want: true, via: "impersonate serviceaccounts dev-team"},
		{name: "legacy on an old server", server: "v1.31.0", rules: []string{legacyRight}, want: true},
		{name: "legacy for another account", server: "v1.37.2", rules: []string{"impersonate||serviceaccounts|other"}},
		{name: "constrained", server: "v1.36.0", rules: []string{accountHalf, pathsHalf, objectsHalf}, want: true},
		{name: "constrained on an old server", server: "v1.35.9", rules: []string{accountHalf, pathsHalf, objectsHalf}},
		{name: "the account alone", server: "v1.37.2", rules: []string{accountHalf}},
		{name: "the objects alone", server: "v1.37.2", rules: []string{pathsHalf, objectsHalf}},
		{name: "no discovery", server: "v1.37.2", rules: []string{accountHalf, objectsHalf}},
		{name: "no pruning", server: "v1.37.2", rules: []string{accountHalf, pathsHalf, withoutDelete}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := tenantLab(t)
			l.Kubernetes = test.server
			l.Bindings[0].Subjects = l.Bindings[0].Subjects[1:] // all but kustomize-controller
			l.role("", "acts", test.rules...)
			l.bind("", "acts", "acts", "flux-system/kustomize-controller")
			for _, f := range l.probe(t, flux.Options{}) {
				if f.Code != "FP301" || f.Origin.Namespace != "apps" {
					continue
				}
				if (f.Verdict == "pass") != test.want {
					t.Errorf("verdict %s: %s", f.Verdict, f.Because)
				}
				if test.via != "" && f.Via != test.via {
					t.Errorf("via %q, want %q", f.Via, test.via)
				}
				return
			}
			t.Error("FP301 was not asked")
		})
	}
}

// Two shards of one controller with different defaults work as different accounts.
func TestShards(t *testing.T) {
	l := newLab()
	shard := flux.Controller{
		Component: "kustomize-controller", Namespace: "flux-system", Name: "kustomize-controller-one", ServiceAccount: "kustomize-controller",
		Args: []string{"--watch-label-selector=sharding.fluxcd.io/key=one", "--default-service-account=tenant"},
	}
	l.args("kustomize-controller", "--watch-label-selector=!sharding.fluxcd.io/key", "--default-service-account=default")
	l.Installs[0].Controllers = append(l.Installs[0].Controllers, shard)
	for _, key := range []string{"", "one", "two"} {
		l.object(t, "Kustomization", "apps", "k"+key, `{}`)
		if key != "" {
			l.Objects[len(l.Objects)-1].Labels = map[string]string{"sharding.fluxcd.io/key": key}
		}
	}
	m := flux.Derive(&l.Snapshot, flux.Options{})
	var got []string
	for _, e := range m.Expectations {
		if e.Code == "FP301" {
			access, _ := e.Access()
			got = append(got, e.Origin.Name+" as "+access.Attributes.Namespace+"/"+access.Attributes.Name)
		}
	}
	if diff := cmp.Diff([]string{"k as apps/default", "kone as apps/tenant"}, got); diff != "" {
		t.Error("accounts (-want +got):\n" + diff)
	}
	unwatched := func(what string) bool {
		for _, g := range m.NotAsked {
			if g.What == what {
				return true
			}
		}
		return false
	}
	if !unwatched("Kustomization apps/ktwo") {
		t.Errorf("nothing is said of the object that no shard watches: %v", m.NotAsked)
	}
}

// An install that watches its own namespace only leaves the others to the other install.
func TestTwoInstalls(t *testing.T) {
	l := newLab("--default-service-account=first", "--watch-all-namespaces=false")
	second := flux.Install{Namespace: "flux-two", Version: "v2.9.5", Controllers: []flux.Controller{{
		Component: "kustomize-controller", Namespace: "flux-two", Name: "kustomize-controller", ServiceAccount: "kustomize-controller",
		Args: []string{"--default-service-account=second"},
	}}}
	l.Installs = append(l.Installs, second)
	l.object(t, "Kustomization", "apps", "app", `{}`)
	l.object(t, "Kustomization", "flux-system", "app", `{}`)
	var got []string
	for _, e := range flux.Derive(&l.Snapshot, flux.Options{}).Expectations {
		if e.Code == "FP301" {
			access, _ := e.Access()
			got = append(got, e.Subject.String()+" "+access.Attributes.Namespace+"/"+access.Attributes.Name)
		}
	}
	want := []string{"flux-two/kustomize-controller apps/second", "flux-system/kustomize-controller flux-system/first"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("pairs (-want +got):\n" + diff)
	}
}

func TestMustNotImpersonate(t *testing.T) {
	tests := []struct {
		name, subject, rule string
		want                []string
	}{
		{
			name: "every account", subject: "flux-system/source-controller", rule: "impersonate||serviceaccounts",
			want: []string{
				"FP303 excess error flux-system/source-controller impersonate serviceaccounts in ",
				"FP303 excess error flux-system/source-controller impersonate serviceaccounts in flux-system",
				"FP303 excess error flux-system/source-controller impersonate serviceaccounts in flux-system",
			},
		},
		{
			name: "one reconciler by name", subject: "apps/dev-team", rule: "impersonate||serviceaccounts|helm-controller",
			want: []string{"FP303 excess error apps/dev-team impersonate serviceaccounts in flux-system"},
		},
		{
			name: "the constrained half alone is inert", subject: "flux-system/source-controller", rule: "impersonate:serviceaccount|authentication.k8s.io|serviceaccounts",
		},
		{
			name: "both constrained halves", subject: "flux-system/source-controller", rule: "impersonate:serviceaccount,impersonate-on:serviceaccount:create|authentication.k8s.io,|serviceaccounts,pods",
			want: []string{"FP303 excess error flux-system/source-controller impersonate serviceaccounts in "},
		},
	}
	for _, test := range tests {
		l := tenantLab(t)
		l.role("", "acts", test.rule)
		l.bind("", "acts", "acts", test.subject)
		got := failures(l.probe(t, flux.Options{}), "FP303")
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
