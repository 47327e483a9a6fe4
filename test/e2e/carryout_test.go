// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// carryOut does what flux-probe fix prints, as a person who follows it to the letter: it applies the YAML,
// and takes away the bindings and subjects that the comments name. It returns what was printed.
func carryOut(t *testing.T, c *cluster.Cluster, flags ...string) string {
	t.Helper()
	status, fix, stderr := fluxProbe(t, append([]string{"fix"}, flags...)...)
	objects, err := cluster.Decode([]byte(fix))
	if status != 0 || err != nil {
		t.Fatalf("fix ends with %d, %v: %s", status, err, stderr)
	}
	for _, o := range objects { // a chart may go to a namespace that is not there yet
		if o.GetNamespace() != "" {
			create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: o.GetNamespace()}})
		}
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
	for _, line := range excessComment.FindAllStringSubmatch(fix, -1) {
		takeAway(t, c, line[1], line[2], line[3])
	}
	return fix
}

// excessComment is a comment of fix: the subject to be taken out, empty for a binding that goes as a whole, and
// the kind and the name of the binding.
var excessComment = regexp.MustCompile(`(?m)^# Excess permissions: (?:delete|remove \S+ (\S+) from) (RoleBinding|ClusterRoleBinding) (\S+?)(?:: it grants|; )`)

// takeAway takes a subject out of a binding, or deletes the binding.
func takeAway(t *testing.T, c *cluster.Cluster, subject, kind, name string) {
	t.Helper()
	binding, err := named(c, strings.ToLower(kind)+"s.rbac.authorization.k8s.io", name)
	if err != nil {
		t.Fatal(err)
	}
	if subject == "" {
		if err := c.Client.Delete(t.Context(), binding); client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
		return
	}
	if err := c.Client.Get(t.Context(), client.ObjectKeyFromObject(binding), binding); err != nil {
		t.Fatal(err)
	}
	subjects, _ := binding.Object["subjects"].([]any)
	left := slices.DeleteFunc(subjects, func(s any) bool {
		fields, _ := s.(map[string]any)
		who, _ := fields["name"].(string)
		if namespace, _ := fields["namespace"].(string); namespace != "" {
			who = namespace + "/" + who
		}
		return who == subject
	})
	binding.Object["subjects"] = left
	if err := c.Client.Update(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
}

// createAccounts creates the accounts that failing checks are about and that are not there: fix grants
// them nothing before, since whoever creates them would have it.
func createAccounts(t *testing.T, c *cluster.Cluster, findings []probe.Finding) {
	t.Helper()
	for _, f := range findings {
		if f.Verdict == matrix.Missing && f.Subject.Kind == matrix.KindServiceAccount {
			create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: f.Subject.Namespace}})
			create(t, c, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: f.Subject.Namespace, Name: f.Subject.Name}})
		}
	}
}

func create(t *testing.T, c *cluster.Cluster, object client.Object) {
	t.Helper()
	if err := c.Client.Create(t.Context(), object); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}
