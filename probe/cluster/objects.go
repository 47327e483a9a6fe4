// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// objects reads the custom resources of Flux, of every kind that discovery serves.
func (r *reading) objects(ctx context.Context, resources []flux.Resource) []flux.Object {
	var (
		kinds   sync.WaitGroup
		lock    sync.Mutex
		objects []flux.Object
	)
	for _, resource := range resources {
		if !flux.IsGroup(resource.Group) || resource.Subresource != "" || !slices.Contains(resource.Verbs, "list") {
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
	slices.SortFunc(objects, func(a, b flux.Object) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
	})
	return objects
}

func (r *reading) ofKind(ctx context.Context, resource flux.Resource) []flux.Object {
	gvr := schema.GroupVersionResource{Group: resource.Group, Version: resource.Version, Resource: resource.Resource}
	return list(ctx, r, gvr.GroupResource().String(), metav1.ListOptions{}, func(namespace string) page[flux.Object] {
		return func(ctx context.Context, o metav1.ListOptions) ([]flux.Object, string, error) {
			l, err := r.dynamic.Resource(gvr).Namespace(namespace).List(ctx, o)
			if err != nil {
				return nil, "", err
			}
			objects := make([]flux.Object, len(l.Items))
			for i := range l.Items {
				objects[i] = object(&l.Items[i], resource)
			}
			return objects, l.GetContinue(), nil
		}
	})
}

// object keeps all of u but its managedFields, which nobody reads and which are most of its size.
func object(u *unstructured.Unstructured, resource flux.Resource) flux.Object {
	unstructured.RemoveNestedField(u.Object, "metadata", "managedFields")
	return flux.Object{
		Group: resource.Group, Version: resource.Version, Kind: resource.Kind,
		Namespace: u.GetNamespace(), Name: u.GetName(), Labels: u.GetLabels(), Fields: u.Object,
	}
}
