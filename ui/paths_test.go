// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// pathsReport has each kind of path, hop and cut once.
func pathsReport() *paths.Report {
	dev, kustomize := matrix.ServiceAccount("apps", "dev-team"), matrix.ServiceAccount("flux-system", "kustomize-controller")
	grant := func(name string) string { return "RoleBinding flux-system/" + name + " of ClusterRole " + name }
	bind := matrix.Access{Verb: "bind", Group: "rbac.authorization.k8s.io", Resource: "clusterroles"}
	write := matrix.Access{Verb: "create", Group: "rbac.authorization.k8s.io", Resource: "rolebindings", Namespace: "flux-system"}
	return &paths.Report{
		APIVersion: probe.APIVersion, Kind: paths.Kind, From: 3, Asked: paths.Goals(), Reviews: 7, Result: probe.ResultFail,
		Paths: []paths.Path{
			{From: dev, Goal: paths.ClusterAdmin, Hops: []paths.Hop{
				{Access: bind, As: dev, GrantedBy: grant("binds"), Because: "it can bind a role whose permissions it does not hold", Confirmed: true},
				{Access: write, As: dev, GrantedBy: grant("writes"), Because: "it can write a RoleBinding", Confirmed: true, Becomes: "ServiceAccount flux-system/kustomize-controller",
					Read: []string{"Deployment flux-system/kustomize-controller runs as it"}},
				{Access: matrix.Access{Verb: "*", Group: "*", Resource: "*"}, As: kustomize, GrantedBy: "ClusterRoleBinding cluster-reconciler of ClusterRole cluster-admin", Becomes: "cluster-admin"},
			}},
			{From: dev, Goal: paths.Tenant, Reaches: "other", Hops: []paths.Hop{
				{Access: matrix.Access{Verb: "get", Resource: "secrets", Namespace: "other", Name: `a"b`}, As: dev, GrantedBy: "RoleBinding other/reads of ClusterRole `view`", Because: "it can read Secrets", Becomes: "tenant other"},
			}},
		},
		Cuts: []paths.Cut{
			{Goal: paths.ClusterAdmin, Remove: []string{grant("binds")}, Minimum: true, Minimal: true, Proven: true, Uncut: []string{"apps/legacy"}},
			{Goal: paths.Tenant, Remove: []string{grant("reads"), "set --default-service-account on Deployment flux-system/helm-controller"}, Minimal: true},
		},
		Unknown: []string{"secrets could not be read: forbidden\x1b[31m"},
	}
}

func writtenPaths(t *testing.T, format string, r *paths.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := WritePaths(&b, format, r, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryPathsFormatHasGoldens(t *testing.T) {
	for _, format := range PathsFormats() {
		t.Run(format, func(t *testing.T) {
			golden(t, "paths."+format, []byte(writtenPaths(t, format, pathsReport())))
			if writtenPaths(t, format, &paths.Report{Result: probe.ResultPass, Paths: []paths.Path{}, Cuts: []paths.Cut{}}) == "" {
				t.Error("nothing is printed without a path")
			}
		})
	}
}

// TestPathsArePrintable wants no control character from a cluster in the formats that a terminal shows.
func TestPathsArePrintable(t *testing.T) {
	for _, format := range []string{"table", "markdown", "dot"} {
		text := writtenPaths(t, format, pathsReport())
		if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
			t.Errorf("%s: %q", format, text[i:])
		}
	}
}
