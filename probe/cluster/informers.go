// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

// source is a resource to be watched.
type source struct {
	name  string // of the resource, as in Snapshot.Unread
	kind  string // for people
	list  func(context.Context, metav1.ListOptions) (runtime.Object, error)
	watch func(context.Context, metav1.ListOptions) (watch.Interface, error)
	like  runtime.Object
	// affects says whose rights an object is about; all is true when that cannot be told.
	affects func(runtime.Object) (subjects []matrix.Subject, all bool)
}

func (w *watcher) informers(resources []flux.Resource) []cache.Controller {
	sources := []source{
		{
			"rolebindings." + rbacv1.GroupName, "RoleBinding",
			func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				return w.rbac.RoleBindings("").List(ctx, o)
			},
			func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return w.rbac.RoleBindings("").Watch(ctx, o)
			},
			&rbacv1.RoleBinding{}, bound,
		},
		{
			"clusterrolebindings." + rbacv1.GroupName, "ClusterRoleBinding",
			func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				return w.rbac.ClusterRoleBindings().List(ctx, o)
			},
			func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return w.rbac.ClusterRoleBindings().Watch(ctx, o)
			},
			&rbacv1.ClusterRoleBinding{}, bound,
		},
		w.nameOnly(rbacv1.SchemeGroupVersion.WithResource("roles"), "Role", "", w.holders("Role")),
		w.nameOnly(rbacv1.SchemeGroupVersion.WithResource("clusterroles"), "ClusterRole", "", w.holders("ClusterRole")),
		w.nameOnly(corev1.SchemeGroupVersion.WithResource("namespaces"), "Namespace", "", nobody),
		w.nameOnly(corev1.SchemeGroupVersion.WithResource("serviceaccounts"), "ServiceAccount", "", nobody),
		w.nameOnly(appsv1.SchemeGroupVersion.WithResource("deployments"), "Deployment", flux.PartOf, nobody),
	}
	for _, r := range resources {
		if flux.IsGroup(r.Group) && r.Subresource == "" && slices.Contains(r.Verbs, "watch") {
			gvr := schema.GroupVersionResource{Group: r.Group, Version: r.Version, Resource: r.Resource}
			sources = append(sources, w.nameOnly(gvr, r.Kind, "", nobody))
		}
	}
	var controllers []cache.Controller
	for i, s := range sources {
		store, controller := w.informer(s)
		if i < 2 { // the bindings come first: roles look their subjects up there
			w.bindings = append(w.bindings, store)
		}
		controllers = append(controllers, controller)
	}
	return controllers
}

// nameOnly watches the metadata of a resource.
func (w *watcher) nameOnly(gvr schema.GroupVersionResource, kind, selector string, affects func(runtime.Object) ([]matrix.Subject, bool)) source {
	return source{
		gvr.GroupResource().String(), kind,
		func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			o.LabelSelector = selector
			return w.metadata.Resource(gvr).List(ctx, o)
		},
		func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			o.LabelSelector = selector
			return w.metadata.Resource(gvr).Watch(ctx, o)
		},
		&metav1.PartialObjectMetadata{}, affects,
	}
}

// informer keeps a store of a source and tells what changes in it after it was first filled.
func (w *watcher) informer(s source) (cache.Store, cache.Controller) {
	changed := func(object any, what string) {
		if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = tombstone.Obj
		}
		o, ok := object.(runtime.Object)
		if !ok {
			return
		}
		subjects, all := s.affects(o)
		w.tell(Change{Why: probe.Printable(fmt.Sprintf("%s %s %s", s.kind, nameOf(o), what)), Subjects: subjects, All: all})
	}
	return cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
				l, err := s.list(ctx, o)
				if err != nil { // a list that succeeds is no watch yet
					w.note(ctx, s.name, err)
				}
				return l, err
			},
			WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
				return w.open(ctx, s.name, func() (watch.Interface, error) { return s.watch(ctx, o) })
			},
		},
		ObjectType: s.like,
		Handler: cache.ResourceEventHandlerDetailedFuncs{
			AddFunc: func(object any, initial bool) {
				if !initial {
					changed(object, "created")
				}
			},
			UpdateFunc: func(before, after any) {
				if !same(s.kind, before, after) {
					changed(after, "changed")
				}
			},
			DeleteFunc: func(object any) { changed(object, "deleted") },
		},
	})
}
