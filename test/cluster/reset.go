// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
)

// found is an object on the server, as far as Reset needs to know it.
type found struct {
	metav1.PartialObjectMetadata
	resource schema.GroupVersionResource
}

// Reset deletes what was created since Start, but for the CRDs of Flux, which are slow to bring back and
// are InstallFlux's business. Namespaces go too: with nobody to finalize them that is done here.
func (c *Cluster) Reset(ctx context.Context) error {
	client, err := metadata.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	typed, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	var namespaces []string
	err = c.everyObject(ctx, func(o *found) error {
		if c.baseline[o.UID] || builtIn(o) {
			return nil
		}
		if o.resource.Resource == "namespaces" {
			namespaces = append(namespaces, o.Name)
			return nil
		}
		return remove(ctx, client, o)
	})
	if err != nil {
		return fmt.Errorf("resetting the test cluster: %w", err)
	}
	for _, name := range namespaces {
		err := typed.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})
		if err == nil {
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
			_, err = typed.CoreV1().Namespaces().Finalize(ctx, namespace, metav1.UpdateOptions{})
		}
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("ending namespace %s: %w", name, err)
		}
	}
	return nil
}

// remove deletes an object and the finalizers that no controller would remove.
func remove(ctx context.Context, client metadata.Interface, o *found) error {
	objects := client.Resource(o.resource).Namespace(o.Namespace)
	if len(o.Finalizers) > 0 {
		patch := []byte(`{"metadata":{"finalizers":null}}`)
		if _, err := objects.Patch(ctx, o.Name, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	err := objects.Delete(ctx, o.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// builtIn tells whether the API server made the object, maybe after Start, or it is a CRD of Flux.
func builtIn(o *found) bool {
	if strings.HasPrefix(o.Namespace, "kube-") || o.Labels["kubernetes.io/bootstrapping"] != "" {
		return true
	}
	switch o.resource.Resource {
	case "namespaces":
		return o.Name == "default" || strings.HasPrefix(o.Name, "kube-")
	case "customresourcedefinitions":
		return strings.HasSuffix(o.Name, ".fluxcd.io")
	case "apiservices":
		return o.Labels["kube-aggregator.kubernetes.io/automanaged"] != ""
	}
	return o.Namespace == "default" && o.Name == "kubernetes"
}

// everyObject calls do with each object of every resource that can be listed and deleted. Events and
// what belongs to the server's own flow control and address allocation are left out.
func (c *Cluster) everyObject(ctx context.Context, do func(*found) error) error {
	client, err := metadata.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	resources, err := discovery.NewDiscoveryClientForConfigOrDie(c.Config).ServerPreferredResources()
	var partly *discovery.ErrGroupDiscoveryFailed
	if err != nil && !errors.As(err, &partly) {
		return err
	}
	for _, list := range resources {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return err
		}
		for _, resource := range list.APIResources {
			if !slices.Contains(resource.Verbs, "list") || !slices.Contains(resource.Verbs, "delete") || ownedByServer(version.Group, resource.Name) {
				continue
			}
			objects, err := client.Resource(version.WithResource(resource.Name)).List(ctx, metav1.ListOptions{})
			if apierrors.IsNotFound(err) {
				continue // a CRD that is just going away
			}
			if err != nil {
				return fmt.Errorf("listing %s: %w", resource.Name, err)
			}
			for _, object := range objects.Items {
				if err := do(&found{object, version.WithResource(resource.Name)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// ownedByServer names resources whose objects the server makes by itself at any time.
func ownedByServer(group, resource string) bool {
	switch group {
	case "flowcontrol.apiserver.k8s.io", "events.k8s.io", "scheduling.k8s.io", "internal.apiserver.k8s.io", "discovery.k8s.io":
		return true
	}
	return resource == "events" || resource == "ipaddresses" || resource == "servicecidrs"
}
