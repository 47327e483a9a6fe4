// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// InstallOptions say which Flux is installed where. The zero value is Flux 2.9 in flux-system.
type InstallOptions struct {
	// Version is the minor release, 2.2 to 2.9 but for 2.8.
	Version string
	// Namespace is that of the controllers; empty means flux-system.
	Namespace string
	// Unsuffixed leaves the namespace out of the names of roles and bindings, as the release's
	// install.yaml does and `flux install` does not.
	Unsuffixed bool
}

// InstallFlux installs the control plane of a Flux release as `flux install` with all extra components
// does: namespace, CRDs, service accounts, Deployments (which no kubelet runs) and RBAC. It returns when
// the CRDs are served and the aggregated ClusterRoles are filled.
func (c *Cluster) InstallFlux(ctx context.Context, options InstallOptions) error {
	r, err := readRelease(ctx, options.Version)
	if err != nil {
		return err
	}
	namespace := cmp.Or(options.Namespace, "flux-system")
	suffix := "-" + namespace
	if options.Unsuffixed {
		suffix = ""
	}
	labels := map[string]string{
		"app.kubernetes.io/instance": namespace,
		"app.kubernetes.io/version":  r.version,
		"app.kubernetes.io/part-of":  "flux",
	}
	if err := c.installCRDs(ctx, r, labels); err != nil {
		return fmt.Errorf("installing the CRDs: %w", err)
	}
	if err := c.applyTyped(ctx, &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: labels},
	}); err != nil {
		return err
	}
	for _, object := range r.rbac {
		if err := c.Apply(ctx, placed(object, namespace, suffix, labels)); err != nil {
			return err
		}
	}
	_, externalArtifacts := r.components["source-watcher"]
	for _, component := range slices.Sorted(maps.Keys(r.components)) {
		labels := maps.Clone(labels)
		labels["app.kubernetes.io/component"] = component
		account := &corev1.ServiceAccount{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
			ObjectMeta: metav1.ObjectMeta{Name: component, Namespace: namespace, Labels: labels},
		}
		args := arguments(component, namespace, externalArtifacts)
		if err := c.applyTyped(ctx, account, deployment(component, r.components[component], namespace, labels, args)); err != nil {
			return err
		}
	}
	return c.Aggregate(ctx)
}

// placed returns a copy of an RBAC object with the namespace and the name suffix that `flux install`
// puts on; references to the suffixed role follow, the one to the built-in cluster-admin does not.
func placed(object *unstructured.Unstructured, namespace, suffix string, labels map[string]string) *unstructured.Unstructured {
	object = object.DeepCopy()
	object.SetName(object.GetName() + suffix)
	merged := maps.Clone(labels)
	maps.Copy(merged, object.GetLabels())
	object.SetLabels(merged)
	if object.GetKind() == "ResourceQuota" {
		object.SetNamespace(namespace)
	}
	if role, found, _ := unstructured.NestedString(object.Object, "roleRef", "name"); found && role != "cluster-admin" {
		_ = unstructured.SetNestedField(object.Object, role+suffix, "roleRef", "name")
	}
	subjects, _ := object.Object["subjects"].([]any)
	for _, subject := range subjects {
		if subject, ok := subject.(map[string]any); ok {
			subject["namespace"] = namespace
		}
	}
	return object
}

// applyTyped applies objects of Go types.
func (c *Cluster) applyTyped(ctx context.Context, objects ...any) error {
	for _, object := range objects {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			return fmt.Errorf("converting an object: %w", err)
		}
		delete(content, "status")
		if err := c.Apply(ctx, &unstructured.Unstructured{Object: content}); err != nil {
			return err
		}
	}
	return nil
}
