// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// fleet is the fleet of the demo with one of its two installs of Flux, and n more tenants. Each has a source, and
// a Kustomization that applied 20 objects of 4 kinds, all of which its account may change.
func fleet(tb testing.TB, n int) *snapshot.Snapshot {
	tb.Helper()
	demo, err := manifests.Read(bytes.NewReader(scan.DemoManifests()), "-")
	if err != nil {
		tb.Fatal(err)
	}
	read, _, err := demo.Snapshot(manifests.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	read.Deployments = slices.DeleteFunc(read.Deployments, func(d appsv1.Deployment) bool { return d.Namespace != "flux-system" })
	role := rbac.Role{Name: "tenant", Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"", "apps"}, Resources: []string{"configmaps", "services", "deployments", "serviceaccounts"},
		Verbs: []string{"get", "list", "watch", "create", "update", "patch", "delete"},
	}}}
	read.Roles = append(read.Roles, role)
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role.Name}
	for i := range n {
		ns := fmt.Sprintf("team-%05d", i)
		labels := map[string]string{"toolkit.fluxcd.io/tenant": ns}
		read.Namespaces = append(read.Namespaces, snapshot.Namespace{Name: ns, Labels: labels})
		read.ServiceAccounts = append(read.ServiceAccounts, snapshot.ServiceAccount{Namespace: ns, Name: "team", Labels: labels})
		read.Bindings = append(read.Bindings, rbac.Binding{
			Namespace: ns, Name: "team", RoleRef: ref,
			Subjects: []rbacv1.Subject{{Kind: matrix.KindServiceAccount, Namespace: ns, Name: "team"}},
		})
		source := snapshot.Object{
			Group: "source.toolkit.fluxcd.io", Version: "v1", Kind: "GitRepository", Namespace: ns, Name: "team",
			Fields: map[string]any{"spec": map[string]any{"url": "https://git.example.com/" + ns}},
		}
		applied := kustomization(ns)
		applied.Fields["spec"].(map[string]any)["sourceRef"] = map[string]any{"kind": source.Kind, "name": source.Name}
		read.Objects = append(read.Objects, source, applied)
	}
	return read
}
