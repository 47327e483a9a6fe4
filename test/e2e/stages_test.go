// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/matrix"
)

// stageOf is the stage in which Flux applies a kind (fluxcd/pkg ssa manager_apply.go@v0.76.2).
func stageOf(kind string) int {
	switch {
	case slices.Contains([]string{"CustomResourceDefinition", "Namespace", "ClusterRole"}, kind):
		return 1
	case strings.HasSuffix(kind, "Class"):
		return 2
	default:
		return 4
	}
}

// applyOrder is in which order kinds are applied within a stage (fluxcd/pkg ssa sort.go@v0.76.2).
var applyOrder = []string{"CustomResourceDefinition", "Namespace", "ClusterRole", "ServiceAccount", "Role", "RoleBinding"}

// apply applies the change as the account and deletes what it drops, and returns what is refused, and why. As Flux does,
// it tries all objects of a stage before it applies the first of them, and does not go on after a stage in which
// something is refused.
func (w *changeWorld) apply(t *testing.T) map[string]string {
	t.Helper()
	as := w.impersonated(t)
	send := func(o *unstructured.Unstructured, options ...client.ApplyOption) error {
		o = o.DeepCopy()
		o.SetLabels(w.owned(o.GetLabels()))
		options = append(options, client.FieldOwner("kustomize-controller"), client.ForceOwnership)
		return as.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o), options...)
	}
	refused := w.copied(t, as)
	if len(refused) > 0 {
		return refused
	}
	for stage := 1; stage <= 4; stage++ {
		var objects []*unstructured.Unstructured
		for _, o := range w.next {
			if stageOf(o.GetKind()) == stage {
				objects = append(objects, o)
			}
		}
		place := func(o *unstructured.Unstructured) int {
			return (slices.Index(applyOrder, o.GetKind()) + len(applyOrder)) % len(applyOrder)
		}
		slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return cmp.Compare(place(a), place(b)) })
		for _, o := range objects {
			if err := send(o, client.DryRunAll); err != nil {
				refused[nameOf(o)] = w.why(t, err)
			}
		}
		for _, o := range objects {
			if len(refused) > 0 {
				return refused
			}
			if err := send(o); err != nil {
				refused[nameOf(o)] = w.why(t, err)
			}
		}
		w.waitUntilServed(t, objects)
	}
	for _, o := range w.live {
		if slices.ContainsFunc(w.next, func(n *unstructured.Unstructured) bool { return nameOf(n) == nameOf(o) }) {
			continue
		}
		found := o.DeepCopy()
		err := as.Get(t.Context(), client.ObjectKeyFromObject(o), found)
		owned := found.GetLabels()[w.by.owner+"/name"] == "work" && found.GetLabels()[w.by.owner+"/namespace"] == w.namespace
		if err == nil && owned && found.GetAnnotations()[w.by.prune] != "disabled" {
			err = as.Delete(t.Context(), found)
		}
		if err != nil {
			refused[nameOf(o)] = w.why(t, err)
		}
	}
	return refused
}

// impersonated acts as the account, over the connections of all others.
func (w *changeWorld) impersonated(t *testing.T) client.Client {
	t.Helper()
	shared, err := rest.TransportFor(w.cluster.Config)
	if err != nil {
		t.Fatal(err)
	}
	as := transport.NewImpersonatingRoundTripper(transport.ImpersonationConfig{UserName: w.account.User()}, shared)
	made, err := client.New(w.cluster.Config, client.Options{Mapper: w.cluster.Client.RESTMapper(), HTTPClient: &http.Client{Transport: as}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// waitUntilServed waits until the definitions of a stage are served.
func (w *changeWorld) waitUntilServed(t *testing.T, objects []*unstructured.Unstructured) {
	t.Helper()
	for _, o := range objects {
		if o.GetKind() != "CustomResourceDefinition" {
			continue
		}
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
			list := &unstructured.UnstructuredList{}
			list.SetAPIVersion("example.com/v1")
			list.SetKind("QueueList")
			err := w.cluster.Client.List(t.Context(), list)
			if err == nil {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("%s is not served: %v", nameOf(o), err)
			}
		}
	}
}

func nameOf(o *unstructured.Unstructured) string {
	return matrix.Origin{Kind: o.GetKind(), Namespace: o.GetNamespace(), Name: o.GetName()}.String()
}

// why is the reason of a refusal, as preflight has it.
func why(t *testing.T, err error) string {
	t.Helper()
	text := err.Error()
	switch {
	case meta.IsNoMatchError(err), strings.Contains(text, "namespaces ") && apierrors.IsNotFound(err):
		return "missing"
	case strings.Contains(text, "roleRef: Invalid value"):
		return "roleRef"
	case strings.Contains(text, "rolebindings.rbac.authorization.k8s.io") && strings.Contains(text, "is attempting to grant"),
		apierrors.IsNotFound(err) && strings.Contains(text, "rbac.authorization.k8s.io"):
		return "bind"
	case strings.Contains(text, "is attempting to grant"):
		return "escalate"
	}
	for _, verb := range [...]string{"get", "patch", "create", "delete"} {
		if strings.Contains(text, "cannot "+verb+" ") {
			return verb
		}
	}
	t.Errorf("a refusal that is not known: %v", err)
	return text
}
