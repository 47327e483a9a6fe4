// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// pageSize is how many objects one request lists, as kubectl does; maxPages limits a list to a million.
const (
	pageSize = 500
	maxPages = 2000
)

// errEndless reports a list whose pages repeat, or of which there are too many to be true.
var errEndless = errors.New("the list does not end: its continue tokens lead to the same objects again")

// list reads all pages of a resource in all namespaces; or, when that is forbidden, in those of
// fallback. What could not be read is noted. T is what is kept of an object.
func list[T any](ctx context.Context, r *reading, k kind, keep func(runtime.Object) (T, bool)) []T {
	r.slots <- struct{}{}
	defer func() { <-r.slots }()
	all, err := pages(ctx, r.page(k, metav1.NamespaceAll), keep)
	if err == nil {
		return all
	}
	reason := r.reason(err)
	if apierrors.IsForbidden(err) && k.namespaced {
		var read []string
		for _, namespace := range r.fallback() {
			if items, err := pages(ctx, r.page(k, namespace), keep); err == nil {
				all, read = append(all, items...), append(read, namespace)
			}
		}
		if len(read) > 0 {
			reason = fmt.Sprintf("read in %s only: %s", strings.Join(read, " and "), reason)
		}
	}
	r.missed(k.resource.GroupResource().String(), err, reason)
	return all
}

// pages reads a list page by page, and keeps of each object what keep returns, so that no more than two pages
// are held at a time. A list that takes longer than the server keeps its token is read again, in one piece.
func pages[T any](ctx context.Context, page pager.ListPageFunc, keep func(runtime.Object) (T, bool)) ([]T, error) {
	var all []T
	add := func(o runtime.Object) error {
		if kept, ok := keep(o); ok {
			all = append(all, kept)
		}
		return nil
	}
	p := &pager.ListPager{PageSize: pageSize, PageBufferSize: 1, PageFn: ending(page)}
	err := p.EachListItem(ctx, metav1.ListOptions{}, add)
	if apierrors.IsResourceExpired(err) {
		all = nil
		var whole runtime.Object
		if whole, err = page(ctx, metav1.ListOptions{}); err == nil {
			err = meta.EachListItem(whole, add)
		}
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ending fails when a list does not end. The API server fills each page, so that an empty one that is not
// the last, and an object that begins a page twice, are faults.
func ending(page pager.ListPageFunc) pager.ListPageFunc {
	firsts := map[string]bool{}
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		list, err := page(ctx, o)
		if err != nil {
			return nil, err
		}
		first, err := firstOf(list)
		if err != nil {
			return nil, err
		}
		more, err := meta.ListAccessor(list)
		if err != nil {
			return nil, err
		}
		if firsts[first] || len(firsts) >= maxPages || first == "" && more.GetContinue() != "" {
			return nil, errEndless
		}
		firsts[first] = true
		return list, nil
	}
}

// firstOf names the first object of a list; "" when it is empty.
func firstOf(list runtime.Object) (string, error) {
	name := ""
	err := meta.EachListItem(list, func(o runtime.Object) error {
		name = nameOf(o)
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return "", err
	}
	return name, nil
}

var errFound = errors.New("found")

// reason is why a list failed, in one line.
func (r *reading) reason(err error) string {
	return safetext.Printable(explain(r.Server, err).Error())
}
