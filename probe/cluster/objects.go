// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// objects reads the custom resources of Flux, of every kind that discovery serves.
func (r *reading) objects(ctx context.Context, resources []snapshot.Resource) []snapshot.Object {
	var (
		kinds   sync.WaitGroup
		lock    sync.Mutex
		objects []snapshot.Object
	)
	for _, resource := range resources {
		if !facts.IsGroup(resource.Group) || resource.Subresource != "" || !slices.Contains(resource.Verbs, "list") {
			continue
		}
		kinds.Go(func() {
			read := r.ofKind(ctx, resource)
			lock.Lock()
			defer lock.Unlock()
			objects = append(objects, read...)
		})
	}
	kinds.Wait()
	slices.SortFunc(objects, func(a, b snapshot.Object) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
	})
	return objects
}

func (r *reading) ofKind(ctx context.Context, resource snapshot.Resource) []snapshot.Object {
	gvr := schema.GroupVersionResource{Group: resource.Group, Version: resource.Version, Resource: resource.Resource}
	return list(ctx, r, customKind(gvr, resource.Kind, resource.Namespaced), keepAs(func(u *unstructured.Unstructured) snapshot.Object {
		return object(u, resource)
	}))
}

// object keeps all of u but its managedFields, which are not read and which are most of its size.
func object(u *unstructured.Unstructured, resource snapshot.Resource) snapshot.Object {
	unstructured.RemoveNestedField(u.Object, "metadata", "managedFields")
	return snapshot.Object{
		Group: resource.Group, Version: resource.Version, Kind: resource.Kind,
		Namespace: u.GetNamespace(), Name: u.GetName(), Labels: u.GetLabels(), Fields: u.Object,
	}
}
