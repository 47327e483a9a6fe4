// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// source is a resource to be watched.
type source struct {
	name  string // of the resource, as in Snapshot.Unread
	kind  string // for people
	list  func(context.Context, metav1.ListOptions) (runtime.Object, error)
	watch func(context.Context, metav1.ListOptions) (watch.Interface, error)
	like  runtime.Object
	// affects returns the accounts whose rights an object is about; all is true when they are not known.
	affects func(runtime.Object) (subjects []matrix.Subject, all bool)
}

func (w *watcher) informers(resources []snapshot.Resource) []cache.Controller {
	sources := []source{
		w.binding("rolebindings", "RoleBinding", &rbacv1.RoleBinding{}),
		w.binding("clusterrolebindings", "ClusterRoleBinding", &rbacv1.ClusterRoleBinding{}),
		w.nameOnly(rbacv1.SchemeGroupVersion.WithResource("roles"), "Role", w.affectedByRole("Role")),
		w.nameOnly(rbacv1.SchemeGroupVersion.WithResource("clusterroles"), "ClusterRole", w.affectedByRole("ClusterRole")),
		w.nameOnly(corev1.SchemeGroupVersion.WithResource("namespaces"), "Namespace", affectsNoAccount),
		w.nameOnly(corev1.SchemeGroupVersion.WithResource("serviceaccounts"), "ServiceAccount", affectsNoAccount),
		w.nameOnly(appsv1.SchemeGroupVersion.WithResource("deployments"), "Deployment", affectsNoAccount),
	}
	for _, r := range resources {
		if facts.IsGroup(r.Group) && r.Subresource == "" && slices.Contains(r.Verbs, "watch") {
			gvr := schema.GroupVersionResource{Group: r.Group, Version: r.Version, Resource: r.Resource}
			sources = append(sources, w.nameOnly(gvr, r.Kind, affectsNoAccount))
		}
	}
	sources = append(sources, w.ofAdmission(resources)...)
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

// binding watches bindings whole: their subjects are the accounts whose rights change.
func (w *watcher) binding(resource, kind string, like runtime.Object) source {
	lists := cache.NewListWatchFromClient(w.rbac, resource, metav1.NamespaceAll, fields.Everything())
	return source{
		resource + "." + rbacv1.GroupName, kind,
		lists.ListWithContext, lists.WatchWithContext, like, affectedByBinding,
	}
}

// nameOnly watches the metadata of a resource.
func (w *watcher) nameOnly(gvr schema.GroupVersionResource, kind string, affects func(runtime.Object) ([]matrix.Subject, bool)) source {
	return source{
		gvr.GroupResource().String(), kind,
		func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			return w.metadata.Resource(gvr).List(ctx, o)
		},
		func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return w.metadata.Resource(gvr).Watch(ctx, o)
		},
		&metav1.PartialObjectMetadata{}, affects,
	}
}

// informer keeps a store of a source and reports what changes in it after it was first filled.
func (w *watcher) informer(s source) (cache.Store, cache.Controller) {
	changed := func(object any, what string, status bool) {
		if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = tombstone.Obj
		}
		o, ok := object.(runtime.Object)
		if !ok || s.kind == "Deployment" && !w.isCandidate(object) {
			return
		}
		subjects, all := s.affects(o)
		w.report(Change{Why: safetext.Printable(fmt.Sprintf("%s %s %s", s.kind, nameOf(o), what)), Subjects: subjects, All: all, StatusOnly: status})
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
				return w.open(ctx, s.name, func(ctx context.Context) (watch.Interface, error) { return s.watch(ctx, o) })
			},
		},
		ObjectType: s.like,
		Handler: cache.ResourceEventHandlerDetailedFuncs{
			AddFunc: func(object any, initial bool) {
				if !initial {
					changed(object, "created", false)
				}
			},
			UpdateFunc: func(before, after any) {
				switch compare(s.kind, before, after) {
				case differs:
					changed(after, "changed", false)
				case statusDiffers:
					changed(after, "has a new status", true)
				}
			},
			DeleteFunc: func(object any) { changed(object, "deleted", false) },
		},
	})
}

// isCandidate reports whether a Deployment is one of Flux: by its labels, or because the last Snapshot found one in
// its namespace, by the image or because it was named.
func (w *watcher) isCandidate(deployment any) bool {
	d, err := meta.Accessor(deployment)
	if err != nil {
		return false
	}
	if detect.Labelled(d.GetLabels()) {
		return true
	}
	found := w.found.Load()
	return found != nil && (*found)[d.GetNamespace()]
}
