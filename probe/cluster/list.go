// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/probe"
)

// pageSize is how many objects one request lists, as kubectl does.
const pageSize = 500

// page reads one page of a list, and gives the token of the next; "" after the last.
type page[T any] func(context.Context, metav1.ListOptions) ([]T, string, error)

// list reads all pages of a resource in all namespaces; or, when that is forbidden, in those of
// fallback. What could not be read is noted.
func list[T any](ctx context.Context, r *reading, resource string, o metav1.ListOptions, in func(namespace string) page[T]) []T {
	r.slots <- struct{}{}
	defer func() { <-r.slots }()
	all, err := pages(ctx, in(metav1.NamespaceAll), o)
	if err == nil {
		return all
	}
	reason := r.reason(err)
	if apierrors.IsForbidden(err) {
		var read []string
		for _, namespace := range r.fallback() {
			if items, err := pages(ctx, in(namespace), o); err == nil {
				all, read = append(all, items...), append(read, namespace)
			}
		}
		if len(read) > 0 {
			reason = fmt.Sprintf("read in %s only: %s", strings.Join(read, " and "), reason)
		}
	}
	r.missed(resource, reason)
	return all
}

// clusterScoped is for list what reads a cluster-scoped resource: there is nothing to fall back to.
func clusterScoped[T any](read page[T]) func(namespace string) page[T] {
	return func(namespace string) page[T] {
		if namespace == metav1.NamespaceAll {
			return read
		}
		return func(context.Context, metav1.ListOptions) ([]T, string, error) {
			return nil, "", errors.New("not in a namespace")
		}
	}
}

// pages reads a list page by page. A list that takes longer than the server keeps its token is
// read again, in one piece.
func pages[T any](ctx context.Context, read page[T], o metav1.ListOptions) ([]T, error) {
	var all []T
	o.Limit = pageSize
	for {
		items, next, err := read(ctx, o)
		switch {
		case err != nil && o.Continue != "" && apierrors.IsResourceExpired(err):
			o.Continue, o.Limit = "", 0
			all = nil
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, items...)
		if next == "" {
			return all, nil
		}
		o.Continue = next
	}
}

// reason is why a list failed, in one line.
func (r *reading) reason(err error) string {
	return probe.Printable(explain(r.Server, err).Error())
}
