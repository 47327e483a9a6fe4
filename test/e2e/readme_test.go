// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestReadmeRole compares the ClusterRole that the README gives with the one that flux-probe prints.
func TestReadmeRole(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## Permissions that flux-probe needs\n")
	_, rest, _ = strings.Cut(rest, "```yaml\n")
	role, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README holds no YAML")
	}
	got, err := cluster.Decode([]byte(role))
	if err != nil {
		t.Fatal(err)
	}
	_, printed, _ := fluxProbe(t, "rbac")
	want, err := cluster.Decode([]byte(printed))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flux-probe rbac, and the README:\n%s", diff)
	}
}
