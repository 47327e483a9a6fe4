// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// sent describes dry-runs: the verbs that are needed, the object, the manager, and the doubt.
func sent(all []*admission.DryRun) []string {
	var lines []string
	for _, d := range all {
		var verbs []string
		for _, need := range d.Needs {
			a, _ := need.Access()
			verbs = append(verbs, a.Verb)
		}
		line := strings.Join(verbs, ",") + " " + d.Resource.Kind + " " + d.Name + " " + d.Manager
		if d.Doubt != "" {
			line += ": " + d.Doubt
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// What a change applies and drops is tried by the rules of Flux, and what cannot be tried yet is said.
func TestDryRunsOfChange(t *testing.T) {
	l := tenant(t)
	m := l.Model()
	web := m.Reconciliations[0]
	web.Fields["spec"].(map[string]any)["prune"] = true
	content := map[string]any{"metadata": map[string]any{"name": "any", "namespace": "ignored", "labels": map[string]any{"a": "b"}}, "status": map[string]any{}}
	planned := func(group, kind, namespace, name string) snapshot.Planned {
		return snapshot.Planned{Group: group, Version: "v1", Kind: kind, Namespace: namespace, Name: name, Content: content}
	}
	left := planned("", "ConfigMap", "apps", "left")
	left.Annotations = map[string]string{"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}
	secret := planned("", "Secret", "apps", "token")
	secret.Content, secret.Labels = nil, map[string]string{"team": "web"}
	owned := map[string]string{"kustomize.toolkit.fluxcd.io/name": "web", "kustomize.toolkit.fluxcd.io/namespace": "apps"}
	p := model.Plan{
		Reconciliation: web,
		Objects: []snapshot.Planned{
			planned("", "ConfigMap", "apps", "a"), planned("", "ConfigMap", "apps", "new"), left, secret,
			planned("", "ConfigMap", "later", "x"), planned(rbacv1.GroupName, "RoleBinding", "apps", "early"), planned(rbacv1.GroupName, "RoleBinding", "apps", "tried"),
			planned(rbacv1.GroupName, "Role", "apps", "planned"),
		},
		Live: map[model.Entry]model.Live{
			{Namespace: "apps", Name: "new", Kind: "ConfigMap"}: {},
			{Namespace: "apps", Name: "b", Kind: "ConfigMap"}:   {Exists: true, UID: "1", Labels: owned},
			{Namespace: "apps", Name: "c", Kind: "ConfigMap"}:   {Exists: true, UID: "2"},
		},
	}
	after := tenant(t)
	after.AddNamespace("later", nil)
	after.Roles = append(after.Roles, rbac.Role{Name: "planned"}, rbac.Role{Namespace: "apps", Name: "planned"})
	after.Bindings = append(after.Bindings,
		rbac.Binding{Namespace: "apps", Name: "early", RoleRef: rbacv1.RoleRef{Kind: "ClusterRole", Name: "planned"}},
		rbac.Binding{Namespace: "apps", Name: "tried", RoleRef: rbacv1.RoleRef{Kind: "Role", Name: "planned"}})
	all, gaps := DryRuns(m, &model.Change{Plans: []model.Plan{p}, After: after.Model()})
	want := []string{
		"patch ConfigMap a kustomize-controller", "patch,create ConfigMap new kustomize-controller",
		"patch,create Secret token flux-probe: the content of a Secret is not sent",
		"patch,create RoleBinding tried kustomize-controller", "patch,create Role planned kustomize-controller", "delete ConfigMap b",
	}
	if diff := cmp.Diff(want, sent(all)); diff != "" {
		t.Errorf("dry-runs (-want +got):\n%s", diff)
	}
	var said []string
	for _, g := range gaps {
		said = append(said, strings.TrimPrefix(g.What, "what admission says to ")+": "+g.Why)
	}
	wantSaid := []string{
		"the content of Secret apps/token: the content of a Secret is not sent",
		"ConfigMap later/x: its namespace is created when the change is applied, and does not exist yet",
		"RoleBinding apps/early: ClusterRole planned is applied before it, and does not exist yet",
		"the deletion of Deployment apps/web: its metadata cannot be read, so that the one that would be deleted is not known",
		"the deletion of ConfigMap apps/d: its metadata cannot be read, so that the one that would be deleted is not known",
		"the deletion of ValidatingWebhookConfiguration x: its metadata cannot be read, so that the one that would be deleted is not known",
	}
	if diff := cmp.Diff(wantSaid, said); diff != "" {
		t.Errorf("what is not tried (-want +got):\n%s", diff)
	}
	labels := func(team map[string]any) map[string]any {
		team["kustomize.toolkit.fluxcd.io/name"], team["kustomize.toolkit.fluxcd.io/namespace"] = "web", "apps"
		return team
	}
	for i, want := range map[int]map[string]any{
		1: {"metadata": map[string]any{"name": "new", "namespace": "apps", "labels": labels(map[string]any{"a": "b"})}},
		2: {"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "token", "namespace": "apps", "labels": labels(map[string]any{"team": "web"})}},
	} {
		if diff := cmp.Diff(want, all[i].Object); diff != "" {
			t.Errorf("what is sent (-want +got):\n%s", diff)
		}
	}
	if _, kept := content["status"]; !kept {
		t.Error("what was read has changed")
	}
}

// Of an inventory each name is applied, by a manager that gives up no field.
func TestDryRunsOfInventories(t *testing.T) {
	all, gaps := DryRuns(tenant(t).Model(), nil)
	if len(gaps) > 0 || len(all) != 7 {
		t.Fatalf("%q, %+v", sent(all), gaps)
	}
	for _, d := range all {
		if d.Manager != "flux-probe" || !d.Updates || len(d.Object) != 3 || d.Verb != admission.Apply {
			t.Errorf("%+v", d)
		}
	}
}
