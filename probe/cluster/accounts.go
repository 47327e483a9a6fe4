// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// namespaces reads the names and labels of Namespaces; when listing them fails, of those in
// fallback, one by one.
func (r *reading) namespaces(ctx context.Context) []snapshot.Namespace {
	keep := func(m *metav1.PartialObjectMetadata) snapshot.Namespace {
		return snapshot.Namespace{Name: m.Name, Labels: m.Labels}
	}
	found, err := pages(ctx, r.page(namespaces, metav1.NamespaceAll), keepAs(keep))
	if err != nil {
		reason := r.reason(err)
		var read []string
		for _, name := range r.fallback() {
			if one, err := r.get(ctx, namespaces.resource, name); err == nil {
				found, read = append(found, keep(one)), append(read, name)
			}
		}
		if len(read) > 0 {
			reason = fmt.Sprintf("read %s only: %s", strings.Join(read, " and "), reason)
		}
		r.missed(namespaces.resource.Resource, err, reason)
	}
	slices.SortFunc(found, func(a, b snapshot.Namespace) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// serviceAccounts reads the names and labels of ServiceAccounts.
func (r *reading) serviceAccounts(ctx context.Context) []snapshot.ServiceAccount {
	accounts := list(ctx, r, serviceAccounts, keepAs(func(m *metav1.PartialObjectMetadata) snapshot.ServiceAccount {
		return snapshot.ServiceAccount{Namespace: m.Namespace, Name: m.Name, Labels: m.Labels}
	}))
	slices.SortFunc(accounts, func(a, b snapshot.ServiceAccount) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return accounts
}

// get reads the metadata of a cluster-scoped object.
func (r *reading) get(ctx context.Context, resource schema.GroupVersionResource, name string) (object *metav1.PartialObjectMetadata, err error) {
	err = r.reads.do(ctx, func(ctx context.Context) error {
		object, err = r.metadata.Resource(resource).Get(ctx, name, metav1.GetOptions{})
		if err == nil && object.Name != name {
			err = &InvalidAnswerError{Reason: fmt.Sprintf("the response is about %q instead of %q", object.Name, name)}
		}
		return explain(r.Server, err)
	})
	return object, err
}

// keepAs makes what list and pages take of a function that converts every object.
func keepAs[P runtime.Object, T any](convert func(P) T) func(runtime.Object) (T, bool) {
	return func(o runtime.Object) (kept T, ok bool) {
		typed, ok := o.(P)
		if ok {
			kept = convert(typed)
		}
		return kept, ok
	}
}
