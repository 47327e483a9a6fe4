// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// settled are the scripts that settle looks at: one for each kind of mistake, since it probes three times.
var settled = map[string]bool{
	"account-absent": true, "binding-account": true, "binding-namespace": true, "chart-account": true, "cluster-scope": true,
	"dangling-roleref": true, "grants": true, "group-grant": true, "impersonation-withdrawn": true, "leases-withdrawn": true,
}

// settle looks once more at the cluster that a script leaves behind. Its objects as manifests have to
// get the verdicts that the server gave; and after what flux-probe fix prints is applied, no right of
// an account that exists may be missing, and nothing may be too much that was not.
func settle(t *testing.T, c *cluster.Cluster) {
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := c.UserKubeconfig(kubeconfig, "settler", "system:masters"); err != nil {
		t.Fatal(err)
	}
	before := verdicts(t, "--kubeconfig", kubeconfig)
	if len(before) == 0 {
		return // the script left no Flux
	}
	manifests := filepath.Join(t.TempDir(), "cluster.yaml")
	if err := os.WriteFile(manifests, dump(t, c), 0o600); err != nil {
		t.Fatal(err)
	}
	both := 0
	for check, verdict := range verdicts(t, "--manifests", manifests) {
		if on, ok := before[check]; ok {
			both++
			if verdict != on {
				t.Errorf("%+v is %s by the manifests, %s on the server", check, verdict, on)
			}
		}
	}
	if both < len(before)*9/10 {
		t.Errorf("the manifests answer %d checks of %d", both, len(before))
	}

	status, fix, stderr := fluxProbe(t, "fix", "--kubeconfig", kubeconfig)
	objects, err := cluster.Decode([]byte(fix))
	if status != 0 || err != nil {
		t.Fatalf("fix ends with %d, %v: %s", status, err, stderr)
	}
	if len(objects) == 0 {
		return
	}
	for _, o := range objects { // a chart may go to a namespace that is not there yet
		if o.GetNamespace() != "" {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: o.GetNamespace()}}
			if err := c.Client.Create(t.Context(), namespace); err != nil && !apierrors.IsAlreadyExists(err) {
				t.Fatal(err)
			}
		}
	}
	if err := c.Apply(t.Context(), objects...); err != nil {
		t.Fatal(err)
	}
	for check, verdict := range verdicts(t, "--kubeconfig", kubeconfig) {
		switch {
		case verdict == matrix.Missing && check.severity == matrix.Error && exists(t, c, check.review.Subject):
			t.Errorf("%+v is still missing after the fix", check)
		case verdict == matrix.Excess && before[check] != matrix.Excess:
			t.Errorf("%+v became excess by the fix", check)
		}
	}
}

// check is what tells a finding about an access from others.
type check struct {
	code     string
	severity matrix.Severity
	want     matrix.Effect
	review   matrix.Review
	origin   matrix.Origin
}

// verdicts are those of the findings about an access; none when there is no Flux to probe.
func verdicts(t *testing.T, flags ...string) map[check]matrix.Verdict {
	_, stdout, _ := fluxProbe(t, append(flags, "--output=json")...)
	if stdout == "" {
		return nil
	}
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	found := map[check]matrix.Verdict{}
	for _, f := range report.Findings {
		if f.Access != nil && f.Want != "" {
			found[check{f.Code, f.Severity, f.Want, matrix.Review{Subject: f.Subject, Attributes: *f.Access}, f.Origin.Placeless()}] = f.Verdict
		}
	}
	return found
}

func exists(t *testing.T, c *cluster.Cluster, subject matrix.Subject) bool {
	err := c.Client.Get(t.Context(), client.ObjectKey{Namespace: subject.Namespace, Name: subject.Name}, &corev1.ServiceAccount{})
	return client.IgnoreNotFound(err) != nil || err == nil
}

// dump is the cluster as manifests, without what the API server brings itself.
func dump(t *testing.T, c *cluster.Cluster) []byte {
	kinds := []schema.GroupVersionKind{
		{Version: "v1", Kind: "Namespace"}, {Version: "v1", Kind: "ServiceAccount"}, {Group: "apps", Version: "v1", Kind: "Deployment"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role"}, {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRole"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "RoleBinding"}, {Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "ClusterRoleBinding"},
	}
	definitions := list(t, c, schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
	for _, d := range definitions {
		group, _, _ := unstructured.NestedString(d.Object, "spec", "group")
		kind, _, _ := unstructured.NestedString(d.Object, "spec", "names", "kind")
		mapping, err := c.Client.RESTMapper().RESTMapping(schema.GroupKind{Group: group, Kind: kind})
		if err == nil {
			kinds = append(kinds, mapping.GroupVersionKind)
		}
	}
	objects := definitions
	for _, kind := range kinds {
		objects = append(objects, list(t, c, kind)...)
	}
	var text strings.Builder
	for _, o := range objects {
		if o.GetLabels()["kubernetes.io/bootstrapping"] != "" {
			continue
		}
		unstructured.RemoveNestedField(o.Object, "metadata", "managedFields")
		document, err := yaml.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("---\n" + string(document))
	}
	return []byte(text.String())
}

func list(t *testing.T, c *cluster.Cluster, kind schema.GroupVersionKind) []unstructured.Unstructured {
	found := &unstructured.UnstructuredList{}
	kind.Kind += "List"
	found.SetGroupVersionKind(kind)
	if err := c.Client.List(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	return found.Items
}
