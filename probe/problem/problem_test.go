// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/problem"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Each cause is found as one problem, at the object and field that is at fault.
func TestCauses(t *testing.T) {
	const all = "get,create,patch,delete secrets"
	ready := func(accounts ...string) *fleet {
		return newFleet(append(accounts, "apps/dev")...).role("apps/deployer", "get,create,patch,delete secrets,configmaps").wants("apps/dev", "apps", all)
	}
	for name, c := range map[string]struct {
		fleet *fleet
		want  string // the causes: kind namespace/name field: was -> want
	}{
		"a misspelt name":         {ready().bind("apps/d", ".deployer", "apps/dve"), "RoleBinding apps/d subjects[0].name: dve -> dev"},
		"another namespace":       {ready().bind("apps/d", ".deployer", "other/dev"), "RoleBinding apps/d subjects[0].namespace: other -> apps"},
		"a renamed account":       {ready().bind("apps/d", ".deployer", "apps/reconciler"), "RoleBinding apps/d subjects[0].name: reconciler -> dev"},
		"a user":                  {ready().bind("apps/d", ".deployer", "User system:serviceaccount:apps/dev"), "RoleBinding apps/d subjects[0]: User system:serviceaccount:apps/dev -> ServiceAccount apps/dev"},
		"no subjects":             {ready().bind("apps/d", ".deployer"), "RoleBinding apps/d subjects:  -> ServiceAccount apps/dev"},
		"not among the subjects":  {ready("apps/other").bind("apps/d", ".deployer", "apps/other"), "RoleBinding apps/d subjects:  -> ServiceAccount apps/dev"},
		"a misspelt role":         {ready().bind("apps/d", ".deplyoer", "apps/dev"), "RoleBinding apps/d roleRef.name: deplyoer -> deployer"},
		"a ClusterRole":           {ready().bind("apps/d", "deployer", "apps/dev"), "RoleBinding apps/d roleRef.kind: ClusterRole -> Role"},
		"a binding is missing":    {ready(), "RoleBinding apps/deployer :  -> Role apps/deployer for ServiceAccount apps/dev"},
		"in another namespace":    {ready().role("other/deployer", "get pods").bind("other/d", ".deployer", "apps/dev"), "RoleBinding other/d metadata.namespace: other -> apps"},
		"a dangling role":         {newFleet("apps/dev").bind("apps/d", ".gone", "apps/dev").wants("apps/dev", "apps", all), "Role apps/gone :  -> get, create, patch, delete secrets"},
		"a verb":                  {newFleet("apps/dev").role("apps/r", "get,create,patch secrets").bind("apps/d", ".r", "apps/dev").wants("apps/dev", "apps", all), "Role apps/r rules[0].verbs: get, create, patch -> get, create, patch, delete"},
		"a rule":                  {newFleet("apps/dev").role("apps/r", "get pods").bind("apps/d", ".r", "apps/dev").wants("apps/dev", "apps", all), "Role apps/r rules:  -> get, create, patch, delete secrets"},
		"as in other namespaces":  {newFleet("a/dev", "b/dev").role("deployer", all).bind("a/d", "deployer", "a/dev").wants("b/dev", "b", all), "RoleBinding b/d :  -> ClusterRole deployer for ServiceAccount b/dev"},
		"nothing grants it":       {newFleet("apps/dev").wants("apps/dev", "apps", all), "ServiceAccount apps/dev :  -> get, create, patch, delete secrets"},
		"no ServiceAccount":       {newFleet("other/dev").wants("apps/dev", "apps", all), "ServiceAccount apps/dev :  -> ServiceAccount apps/dev"},
		"another account":         {newFleet("apps/developer").role("apps/r", all).bind("apps/d", ".r", "apps/developer").wants("apps/dev", "apps", all), "Kustomization apps/app spec.serviceAccountName: dev -> developer"},
		"one check forbids it":    {newFleet("apps/dev").wants("apps/dev", "flux", "get secrets").forbids("apps/dev", "flux", "get secrets"), "Kustomization apps/app status.inventory:  -> "},
		"a binding is too much":   {newFleet("apps/dev").role("r", "get,list secrets").bind("d", "r", "apps/dev").forbids("apps/dev", "flux", "get,list secrets").forbids("apps/dev", "", "get secrets"), "ClusterRoleBinding d : ClusterRole r for ServiceAccount apps/dev -> "},
		"one of several subjects": {newFleet("apps/dev", "flux/c").role("r", "get secrets").bind("d", "r", "flux/c", "apps/dev").forbids("apps/dev", "flux", "get secrets").wants("flux/c", "flux", "get secrets"), "ClusterRoleBinding d subjects[1]: ServiceAccount apps/dev -> "},
		"a group":                 {newFleet("a/x", "b/x").role("r", "get secrets").bind("d", "r", "Group system:serviceaccounts").forbids("a/x", "flux", "get secrets").forbids("b/x", "flux", "get secrets"), "ClusterRoleBinding d : ClusterRole r for Group system:serviceaccounts -> "},
		"a rule is too much":      {newFleet("a/x").role("r", "get pods", "get,list secrets").bind("d", "r", "a/x").wants("a/x", "flux", "get pods").forbids("a/x", "flux", "get,list secrets"), "ClusterRole r rules: get, list secrets -> "},
		"the whole cluster":       {newFleet("a/x").role("r", "get secrets").bind("d", "r", "a/x").wants("a/x", "a", "get secrets").forbids("a/x", "flux", "get secrets"), "ClusterRoleBinding d : ClusterRole r for ServiceAccount a/x -> RoleBinding a/d"},
		"two bindings":            {newFleet("a/x").role("r", "get secrets").bind("d", "r", "a/x").bind("e", "r", "a/x").forbids("a/x", "flux", "get secrets"), "ClusterRole r rules: get secrets -> "},
		"the wrong account has it": {newFleet("a/x", "b/x").role("a/r", "get secrets").bind("a/d", ".r", "b/x").wants("a/x", "a", "get secrets").forbids("b/x", "a", "get secrets"),
			"RoleBinding a/d subjects[0].namespace: b -> a"},
		"two faults": {newFleet("a/x", "b/x").role("a/r", "get secrets").bind("a/d", ".r", "a/xx").role("b/r", "get pods").bind("b/d", ".r", "b/x").wants("a/x", "a", "get secrets").wants("b/x", "b", "get,list pods"),
			"RoleBinding a/d subjects[0].name: xx -> x\nRole b/r rules[0].verbs: get -> get, list"},
		"a flag on one shard": {newFleet().reads(matrix.Missing, matrix.Subject{}, matrix.Origin{Kind: "Deployment", Namespace: "flux", Name: "shard", Field: "--no-refs"}, "--no-refs is not set"),
			"Deployment flux/shard --no-refs:  -> --no-refs=true"},
		"one refusal of many objects": {newFleet("flux/c").reads(matrix.Missing, matrix.ServiceAccount("flux", "c"), matrix.Origin{Kind: "Kustomization", Namespace: "a", Name: "x", Field: "spec.sourceRef"}, "no selector of Source s matches").
			reads(matrix.Missing, matrix.ServiceAccount("flux", "c"), matrix.Origin{Kind: "Kustomization", Namespace: "b", Name: "x", Field: "spec.sourceRef"}, "no selector of Source s matches"),
			"Kustomization a/x spec.sourceRef:  -> change it"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			problems := c.fleet.problems(t)
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%s %s: %s -> %s", p.Cause.Origin(), p.Cause.Field, p.Cause.Was, p.Cause.Want))
				if p.Proof.Breaks > 0 || p.Title == "" {
					t.Errorf("%+v", p)
				}
			}
			slices.Sort(got)
			want := strings.Split(c.want, "\n")
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s\n%+v", strings.Join(got, "\n"), strings.Join(want, "\n"), problems)
			}
		})
	}
}

// The label by which a ClusterRole is aggregated into one that the account holds.
func TestMissingLabel(t *testing.T) {
	f := newFleet("apps/dev").role("part", "get,list secrets").role("whole").bind("apps/d", "whole", "apps/dev").wants("apps/dev", "apps", "get,list secrets")
	f.Roles[1].Aggregation = &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"to-whole": "true"}}}}
	problems := f.problems(t)
	if len(problems) != 1 || problems[0].Cause.Name != "part" || problems[0].Cause.Want != "to-whole=true" || problems[0].Proof.Passes != 2 {
		t.Errorf("%+v", problems)
	}
}

// A name that no longer stands for the account, as its user was called before.
func TestLegacyName(t *testing.T) {
	f := newFleet("apps/dev").role("apps/r", "get secrets").bind("apps/d", ".r", "User gotk:apps:dev").wants("apps/dev", "apps", "get secrets")
	problems := problem.Find(problem.Input{Snapshot: &f.Snapshot, Findings: f.findings(t), Legacy: func(matrix.Subject) map[matrix.Subject]string {
		return map[matrix.Subject]string{{Kind: "User", Name: "gotk:apps:dev"}: "no longer impersonated"}
	}})
	if len(problems) != 1 || problems[0].Cause.Name != "d" || !strings.Contains(problems[0].Title, "no longer impersonated") {
		t.Errorf("%+v", problems)
	}
}

// What the server decides by something else than RBAC is one problem, and so is a list that cannot be read,
// and an error of the server.
func TestNotByRBAC(t *testing.T) {
	f := newFleet("apps/dev").role("apps/r", "get,list secrets").bind("apps/d", ".r", "apps/dev").wants("apps/dev", "apps", "get,list secrets", "get pods")
	f.Unread["serviceaccounts"], f.Forbidden["serviceaccounts"] = "forbidden: dev", true
	findings := f.findings(t)
	for i := range 2 {
		findings[i].Verdict, findings[i].Reason = matrix.Missing, "webhook says no"
	}
	findings[2] = probe.Judge(f.checks[2], func(matrix.Review) probe.Answer { return probe.Answer{Err: errors.New("timeout")} })
	for _, name := range []string{"a", "b"} {
		findings = append(findings, probe.Judge(&matrix.Observed{
			CheckMeta: matrix.CheckMeta{Severity: matrix.Warning, Origin: matrix.Share(matrix.Origin{Kind: "Kustomization", Name: name})},
			Verdict:   matrix.Undetermined, Evidence: "serviceaccounts could not be listed: forbidden: dev, so nothing is known about " + name,
		}, nil))
	}
	var got []string
	for _, p := range problem.Find(problem.Input{Snapshot: &f.Snapshot, Findings: findings, AskedAs: "dev"}) {
		got = append(got, fmt.Sprintf("%s %s %v", p.Cause.Kind, p.Title, p.Checks))
	}
	want := []string{
		"authorizer Kustomization apps/app cannot be reconciled: the API server refuses what RBAC grants: webhook says no [0 1]",
		"API server There is no answer: timeout [2]",
		"User The user dev, who asks, cannot list serviceaccounts [3 4]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An id stays when more checks fail by the same cause, or when a subject is at another place.
func TestIDs(t *testing.T) {
	f := func(access string, before ...string) *fleet {
		return newFleet("apps/dev", "apps/x").role("apps/r", "get,list secrets").bind("apps/d", ".r", append(before, "apps/dve")...).wants("apps/dev", "apps", access)
	}
	first, more, moved := f("get secrets").problems(t), f("get,list secrets").problems(t), f("get secrets", "apps/x").problems(t)
	if first[0].ID != more[0].ID || first[0].ID != moved[0].ID || len(first[0].ID) != 12 {
		t.Errorf("%s, %s, %s", first[0].ID, more[0].ID, moved[0].ID)
	}
}

// The owner is what applies the object at fault, and the place where it was read.
func TestOwner(t *testing.T) {
	f := newFleet("apps/dev").role("apps/r", "get secrets").bind("apps/d", ".r", "apps/dve").wants("apps/dev", "apps", "get secrets")
	f.Bindings[0].Labels = map[string]string{"kustomize.toolkit.fluxcd.io/name": "tenants", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}
	f.Places = map[matrix.Origin]snapshot.Place{{Kind: "RoleBinding", Namespace: "apps", Name: "d"}: {File: "tenants/apps.yaml", Line: 7}}
	want := probe.Owner{Kind: "Kustomization", Namespace: "flux-system", Name: "tenants", File: "tenants/apps.yaml", Line: 7}
	if got := f.problems(t)[0].Owner; got != want {
		t.Errorf("%+v", got)
	}
}

// A fix, applied to RBAC, makes the checks pass of which the proof says so.
func TestFixes(t *testing.T) {
	f := newFleet("apps/dev").role("apps/r", "get secrets").bind("apps/d", ".r", "apps/dve").wants("apps/dev", "apps", "get secrets")
	p := f.problems(t)[0]
	if want := `kubectl -n apps patch rolebinding d --type=json -p '[{"op":"test","path":"/subjects/0/name","value":"dve"},{"op":"replace","path":"/subjects/0","value":{"kind":"ServiceAccount","name":"dev","namespace":"apps"}}]'`; p.Fix.Commands[0] != want {
		t.Errorf("command %s", p.Fix.Commands[0])
	}
	want := "--- RoleBinding apps/d\n+++ RoleBinding apps/d\n@@ -9,5 +9,5 @@\n   name: r\n subjects:\n - kind: ServiceAccount\n-  name: dve\n+  name: dev\n   namespace: apps\n"
	if p.Fix.Patch != want {
		t.Errorf("patch\n%s", p.Fix.Patch)
	}
	if len(p.Fix.Objects) != 1 || !strings.Contains(p.Fix.Objects[0], "name: dev") {
		t.Errorf("objects %q", p.Fix.Objects)
	}
}
