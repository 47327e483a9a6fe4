// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// testReadmeRole binds the ClusterRole that the README gives to somebody who holds nothing else: the
// run is that of an admin, but for who asks.
func testReadmeRole(t *testing.T, c *cluster.Cluster, admin string) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```yaml\n")
	role, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README holds no YAML")
	}
	objects, err := cluster.Decode([]byte(role))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "readme"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: objects[0].GetName()},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "oncall"}},
	}
	if err := c.Client.Create(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	oncall := filepath.Join(t.TempDir(), "oncall")
	if err := c.UserKubeconfig(oncall, "oncall"); err != nil {
		t.Fatal(err)
	}
	status, got, stderr := fluxProbe(t, "--kubeconfig", oncall, "-o", "table")
	_, want, _ := fluxProbe(t, "--kubeconfig", admin, "-o", "table")
	_, got, _ = strings.Cut(got, "\n")
	_, want, _ = strings.Cut(want, "\n")
	if status != 0 || got != want {
		t.Errorf("exit status %d, %s\n%s\nas an admin:\n%s", status, stderr, got, want)
	}
}
