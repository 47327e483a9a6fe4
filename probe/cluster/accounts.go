// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// namespaces reads the names and labels of Namespaces; when listing them is forbidden, of those in
// fallback, one by one.
func (r *reading) namespaces(ctx context.Context) []flux.Namespace {
	gvr := corev1.SchemeGroupVersion.WithResource("namespaces")
	found, err := pages(ctx, r.metadataOf(gvr)(metav1.NamespaceAll), metav1.ListOptions{})
	if err != nil {
		reason := r.reason(err)
		var read []string
		for _, name := range r.fallback() {
			if one, err := r.metadata.Resource(gvr).Get(ctx, name, metav1.GetOptions{}); err == nil {
				found, read = append(found, *one), append(read, name)
			}
		}
		if len(read) > 0 {
			reason = fmt.Sprintf("read %s only: %s", strings.Join(read, " and "), reason)
		}
		r.missed(gvr.Resource, reason)
	}
	namespaces := make([]flux.Namespace, len(found))
	for i, n := range found {
		namespaces[i] = flux.Namespace{Name: n.Name, Labels: n.Labels}
	}
	slices.SortFunc(namespaces, func(a, b flux.Namespace) int { return strings.Compare(a.Name, b.Name) })
	return namespaces
}

// serviceAccounts reads the names and labels of ServiceAccounts.
func (r *reading) serviceAccounts(ctx context.Context) []flux.ServiceAccount {
	gvr := corev1.SchemeGroupVersion.WithResource("serviceaccounts")
	found := list(ctx, r, gvr.Resource, metav1.ListOptions{}, r.metadataOf(gvr))
	accounts := make([]flux.ServiceAccount, len(found))
	for i, a := range found {
		accounts[i] = flux.ServiceAccount{Namespace: a.Namespace, Name: a.Name, Labels: a.Labels}
	}
	slices.SortFunc(accounts, func(a, b flux.ServiceAccount) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	return accounts
}

// metadataOf lists nothing but the metadata of a resource.
func (r *reading) metadataOf(gvr schema.GroupVersionResource) func(namespace string) page[metav1.PartialObjectMetadata] {
	return func(namespace string) page[metav1.PartialObjectMetadata] {
		return func(ctx context.Context, o metav1.ListOptions) ([]metav1.PartialObjectMetadata, string, error) {
			l, err := r.metadata.Resource(gvr).Namespace(namespace).List(ctx, o)
			if err != nil {
				return nil, "", err
			}
			return l.Items, l.Continue, nil
		}
	}
}
