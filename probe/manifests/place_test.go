// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// An object is where its document has its first content, in a path from the working directory.
func TestPlaces(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	text := "# a comment\n---\n# Source: chart/templates/dev.yaml\n\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: dev}\n--- {apiVersion: v1, kind: Namespace, metadata: {name: apps}}\n"
	if err := os.MkdirAll("tenants", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("tenants/dev.yaml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	account, namespace := matrix.Origin{Kind: "ServiceAccount", Namespace: "default", Name: "dev"}, matrix.Origin{Kind: "Namespace", Name: "apps"}
	for _, test := range []struct {
		path string
		want map[matrix.Origin]snapshot.Place
	}{
		{"./tenants", map[matrix.Origin]snapshot.Place{account: {File: "tenants/dev.yaml", Line: 5}, namespace: {File: "tenants/dev.yaml", Line: 8}}},
		{filepath.Join(folder, "tenants", "dev.yaml"), map[matrix.Origin]snapshot.Place{account: {File: "tenants/dev.yaml", Line: 5}, namespace: {File: "tenants/dev.yaml", Line: 8}}},
		{"-", nil},
	} {
		m, err := Read(strings.NewReader(text), test.path)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := m.Snapshot(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, s.Places); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.path, diff)
		}
	}
}
