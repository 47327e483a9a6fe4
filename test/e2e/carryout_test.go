// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"regexp"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// fixed is what flux-probe fix prints: objects to apply, and bindings to delete before.
type fixed struct {
	text    string
	objects []*unstructured.Unstructured
	deletes []*unstructured.Unstructured
}

// fixOf runs flux-probe fix.
func fixOf(t *testing.T, c *cluster.Cluster, args ...string) (f fixed) {
	t.Helper()
	status, stdout, stderr := fluxProbe(t, append([]string{"fix"}, args...)...)
	objects, err := cluster.Decode([]byte(stdout))
	if status != 0 || err != nil {
		t.Fatalf("fix ends with %d, %v: %s", status, err, stderr)
	}
	f.text, f.objects = stdout, objects
	once := map[string]bool{}
	for _, o := range objects {
		if name := o.GetKind() + " " + o.GetNamespace() + "/" + o.GetName(); once[name] {
			t.Errorf("fix prints %s twice", name)
		} else {
			once[name] = true
		}
	}
	for _, command := range deleteCommand.FindAllStringSubmatch(stdout, -1) {
		unquoted := strings.NewReplacer("'", "")
		name := unquoted.Replace(command[3])
		if command[1] != "" {
			name = unquoted.Replace(command[1]) + "/" + name
		}
		binding, err := named(c, command[2]+"s.rbac.authorization.k8s.io", name)
		if err != nil {
			t.Fatal(err)
		}
		f.deletes = append(f.deletes, binding)
	}
	return f
}

var deleteCommand = regexp.MustCompile(`(?m)^# +kubectl (?:-n (\S+) )?delete (rolebinding|clusterrolebinding) (\S+)$`)

// nothing reports whether there is nothing to do that RBAC can do.
func (f fixed) nothing() bool { return len(f.objects)+len(f.deletes) == 0 }

// carryOut does what a person does who follows the output to the letter.
func (f fixed) carryOut(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for _, o := range f.deletes {
		if err := c.Client.Delete(t.Context(), o); client.IgnoreNotFound(err) != nil {
			t.Fatal(err)
		}
	}
	for _, o := range f.objects { // a chart may go to a namespace that is not there yet
		if o.GetNamespace() != "" {
			create(t, c, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: o.GetNamespace()}})
		}
	}
	if err := c.Apply(t.Context(), f.objects...); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(f.text, "aggregate") {
		if err := c.Aggregate(t.Context()); err != nil {
			t.Fatal(err)
		}
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
