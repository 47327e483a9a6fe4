// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// planted is the demo fleet with one more RoleBinding in flux-system, or everywhere, for the tenant shop.
func planted(namespace string, rules ...string) Target {
	kind, in := "ClusterRoleBinding", ""
	if namespace != "" {
		kind, in = "RoleBinding", ", namespace: "+namespace
	}
	more := fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: planted}
rules: [%s]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: %s
metadata: {name: planted%s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: planted}
subjects: [{kind: ServiceAccount, name: reconciler, namespace: shop}]
`, strings.Join(rules, ", "), kind, in)
	return Manifests(strings.NewReader(string(DemoManifests())+more), "", "-")
}

func leads(t *testing.T, target Target) map[string]*probe.LeadsTo {
	t.Helper()
	report, err := Run(t.Context(), Options{Target: target, Sections: []string{"isolation"}})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*probe.LeadsTo{}
	for _, f := range report.Findings {
		if f.LeadsTo != nil && !f.Leads() {
			t.Errorf("%s %s leads somewhere", f.Code, f.Verdict)
		}
		if f.Leads() && f.Subject.String() == "shop/reconciler" {
			found[f.Code+" "+f.Access.String()] = f.LeadsTo
		}
	}
	return found
}

// TestLeadsTo wants the nearest goal of each access that a tenant must not have: by itself, and with what else the tenant
// has.
func TestLeadsTo(t *testing.T) {
	const group = "apiGroups: [rbac.authorization.k8s.io]"
	for _, test := range []struct {
		namespace, finding, want string
		rules                    []string
	}{
		{"flux-system", "FP501 create serviceaccounts/token in flux-system", "2 cluster-admin token of kustomize-controller",
			[]string{`{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}`}},
		{"flux-system", "FP501 create pods in flux-system", "2 cluster-admin pod as kustomize-controller", []string{`{apiGroups: [''], resources: [pods], verbs: [create]}`}},
		{"flux-system", "FP501 get secrets in flux-system", "", []string{`{apiGroups: [''], resources: [secrets], verbs: [get]}`}},
		{"flux-system", "FP501 get secrets in flux-system", "3 cluster-admin Secret with a token",
			[]string{`{apiGroups: [''], resources: [secrets], verbs: [get, create]}`}},
		{"flux-system", "FP501 create rolebindings.rbac.authorization.k8s.io in flux-system", "", []string{`{` + group + `, resources: [rolebindings], verbs: [create]}`}},
		{"flux-system", "FP501 create rolebindings.rbac.authorization.k8s.io in flux-system", "2 platform role binding",
			[]string{`{` + group + `, resources: [rolebindings], verbs: [create]}`, `{` + group + `, resources: [clusterroles], verbs: [bind]}`}},
		{"", "FP503 create clusterrolebindings.rbac.authorization.k8s.io", "2 cluster-admin role binding",
			[]string{`{` + group + `, resources: [clusterrolebindings], verbs: [create]}`, `{` + group + `, resources: [clusterroles], verbs: [bind]}`}},
	} {
		found := leads(t, planted(test.namespace, test.rules...))
		l, ok := found[test.finding]
		if !ok {
			t.Errorf("no finding %q: %v", test.finding, slices.Sorted(maps.Keys(found)))
			continue
		}
		got := ""
		if l != nil {
			got = fmt.Sprintf("%d %s %s", l.Hops, l.Goal, l.First)
		}
		if got != test.want {
			t.Errorf("%s with %v: %q, want %q", test.finding, test.rules, got, test.want)
		}
		if l != nil && (len(l.Steps) != l.Hops || l.Steps[0].Confirmed) {
			t.Errorf("%+v", l)
		}
	}
}

// TestLeadsToWithoutFailure wants no graph, and no panic without one.
func TestLeadsToWithoutFailure(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo()})
	if err != nil {
		t.Fatal(err)
	}
	findings := s.Report().Findings
	if allocated := testing.AllocsPerRun(1, func() { s.LeadsTo(t.Context(), findings) }); allocated > 10 {
		t.Errorf("%v allocations without a finding that leads anywhere", allocated)
	}
}

// TestLeadsToIsThePath wants what flux-probe paths finds, for the access that its path begins with.
func TestLeadsToIsThePath(t *testing.T) {
	target := func() Target {
		return planted("flux-system", `{apiGroups: [''], resources: [serviceaccounts/token], verbs: [create]}`)
	}
	s, err := Open(t.Context(), Options{Target: target()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Paths(t.Context(), "shop/reconciler", paths.ClusterAdmin)
	if err != nil || len(r.Paths) != 1 {
		t.Fatalf("%v, %+v", err, r)
	}
	l := leads(t, target())["FP501 create serviceaccounts/token in flux-system"]
	if l == nil || l.Hops != len(r.Paths[0].Hops) || l.Goal != paths.ClusterAdmin {
		t.Fatalf("%+v", l)
	}
	for i, h := range r.Paths[0].Hops {
		if step := l.Steps[i]; step.As != h.As || step.Access != h.Access || step.Becomes != h.Becomes {
			t.Errorf("step %d: %+v, want %+v", i, step, h)
		}
	}
}
