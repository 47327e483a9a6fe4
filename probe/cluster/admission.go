// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"slices"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// The resources of admission that are listed.
var (
	validatingWebhooks = typedKind(admissionv1.SchemeGroupVersion, "validatingwebhookconfigurations", false,
		func() runtime.Object { return &admissionv1.ValidatingWebhookConfigurationList{} }, "ValidatingWebhookConfigurationList")
	mutatingWebhooks = typedKind(admissionv1.SchemeGroupVersion, "mutatingwebhookconfigurations", false,
		func() runtime.Object { return &admissionv1.MutatingWebhookConfigurationList{} }, "MutatingWebhookConfigurationList")
	policies = typedKind(admissionv1.SchemeGroupVersion, "validatingadmissionpolicies", false,
		func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicyList{} }, "ValidatingAdmissionPolicyList")
	policyBindings = typedKind(admissionv1.SchemeGroupVersion, "validatingadmissionpolicybindings", false,
		func() runtime.Object { return &admissionv1.ValidatingAdmissionPolicyBindingList{} }, "ValidatingAdmissionPolicyBindingList")
)

// ofAdmission are all of them.
func ofAdmission() []kind {
	return []kind{validatingWebhooks, mutatingWebhooks, policies, policyBindings}
}

// admission reads webhooks and policies side by side, without waiting for the other lists: they are few.
func (r *reading) admission(ctx context.Context) snapshot.Admission {
	var (
		a                    snapshot.Admission
		validating, mutating [][]snapshot.Webhook
		lists                sync.WaitGroup
		unread               unreadLists
	)
	lists.Go(func() { validating = listFew(ctx, r, &unread, validatingWebhooks, snapshot.WebhooksOf) })
	lists.Go(func() { mutating = listFew(ctx, r, &unread, mutatingWebhooks, snapshot.MutatingWebhooksOf) })
	lists.Go(func() { a.Policies = listFew(ctx, r, &unread, policies, snapshot.PolicyOf) })
	lists.Go(func() { a.Bindings = listFew(ctx, r, &unread, policyBindings, snapshot.BindingOf) })
	lists.Wait()
	a.Webhooks = slices.Concat(slices.Concat(mutating...), slices.Concat(validating...))
	a.Unread, a.Forbidden = unread.reasons, unread.forbidden
	a.Services = r.services(ctx, a.Webhooks)
	r.unlisted.Store(&a.Unread)
	return a
}

// unreadLists are the reasons why lists could not be read.
type unreadLists struct {
	lock      sync.Mutex
	reasons   map[string]string
	forbidden map[string]bool
}

func (u *unreadLists) add(k kind, err error, reason string) {
	u.lock.Lock()
	defer u.lock.Unlock()
	if u.reasons == nil {
		u.reasons, u.forbidden = map[string]string{}, map[string]bool{}
	}
	resource := k.resource.GroupResource().String()
	u.reasons[resource] = reason
	u.forbidden[resource] = apierrors.IsForbidden(err)
}

// listFew reads a list on which no permission depends. Before Kubernetes 1.30 policies are not served; discovery tells.
func listFew[P runtime.Object, T any](ctx context.Context, r *reading, unread *unreadLists, k kind, keep func(P) T) []T {
	all, err := pages(ctx, r.page(k, metav1.NamespaceAll), keepAs(keep))
	if err != nil {
		unread.add(k, err, r.reason(err))
	}
	return all
}

// services finds out which of the Services that webhooks name exist. It matters where a request fails without them.
func (r *reading) services(ctx context.Context, webhooks []snapshot.Webhook) map[snapshot.ServiceName]bool {
	var names []snapshot.ServiceName
	for _, w := range webhooks {
		if w.Service != nil && w.FailurePolicy == admissionv1.Fail && !slices.Contains(names, *w.Service) {
			names = append(names, *w.Service)
		}
	}
	if len(names) == 0 {
		return nil
	}
	objects := make([]Named, len(names))
	for i, name := range names {
		objects[i] = Named{snapshot.Resource{Version: corev1.SchemeGroupVersion.Version, Resource: "services"}, name.Namespace, name.Name}
	}
	exists := make(map[snapshot.ServiceName]bool, len(names))
	for i, found := range r.Metadata(ctx, objects) {
		if found != nil {
			exists[names[i]] = found.Exists
		}
	}
	return exists
}

// ofAdmission are the resources of admission that are served and can be listed. The others are not missed by anybody who
// asks about permissions.
func (w *watcher) ofAdmission(resources []snapshot.Resource) []source {
	var sources []source
	unlisted := w.unlisted.Load()
	for _, k := range ofAdmission() {
		for _, r := range resources {
			if r.Group != k.resource.Group || r.Resource != k.resource.Resource || r.Subresource != "" {
				continue
			}
			if unlisted == nil || (*unlisted)[k.resource.GroupResource().String()] == "" {
				sources = append(sources, w.nameOnly(k.resource, r.Kind, affectsNoAccount))
			}
		}
	}
	return sources
}
