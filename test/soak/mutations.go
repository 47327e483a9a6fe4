// SPDX-License-Identifier: Apache-2.0

package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// churn changes a cluster in one small way after another.
type churn struct {
	*cluster.Cluster
	random *rand.Rand
	step   int
}

// mutate makes one change.
func (c *churn) mutate(ctx context.Context) error {
	c.step++
	account := fmt.Sprintf("extra-%d", c.random.IntN(3))
	mutations := []func() error{
		func() error { return c.toggle(ctx, binding("apps", "dev-team-reconciler", "dev-team")) },
		func() error { return c.toggle(ctx, binding("kube-system", "dev-team-outside", "dev-team")) },
		func() error { return c.toggle(ctx, serviceAccount("apps", account)) },
		func() error { return c.toggle(ctx, kustomization(account)) },
		func() error { return c.verbs(ctx) },
		func() error { return c.status(ctx) },
		func() error { return c.flag(ctx) },
		func() error { return c.label(ctx) },
	}
	return mutations[c.random.IntN(len(mutations))]()
}

// toggle creates an object that does not exist, and deletes one that does.
func (c *churn) toggle(ctx context.Context, object client.Object) error {
	err := c.Client.Create(ctx, object)
	if apierrors.IsAlreadyExists(err) {
		return c.Client.Delete(ctx, object)
	}
	return err
}

// verbs takes a verb from the role of the tenant, or gives it back.
func (c *churn) verbs(ctx context.Context) error {
	var role rbacv1.ClusterRole
	if err := c.Client.Get(ctx, client.ObjectKey{Name: "deployer"}, &role); err != nil {
		return err
	}
	verbs := &role.Rules[0].Verbs
	if len(*verbs) == 4 {
		*verbs = (*verbs)[:3]
	} else {
		*verbs = []string{"get", "patch", "create", "delete"}
	}
	return c.Client.Update(ctx, &role)
}

// status changes what a controller changes at each reconciliation, and nothing that a check depends on.
func (c *churn) status(ctx context.Context) error {
	patch := fmt.Sprintf(`{"status":{"lastHandledReconcileAt":"%d"}}`, c.step)
	return c.Client.Status().Patch(ctx, web(), client.RawPatch("application/merge-patch+json", []byte(patch)))
}

// flag adds a flag of the lockdown to a controller, or takes it back.
func (c *churn) flag(ctx context.Context) error {
	var d appsv1.Deployment
	if err := c.Client.Get(ctx, client.ObjectKey{Namespace: "flux-system", Name: "helm-controller"}, &d); err != nil {
		return err
	}
	const flag = "--no-cross-namespace-refs=true"
	args := &d.Spec.Template.Spec.Containers[0].Args
	if last := len(*args) - 1; last >= 0 && (*args)[last] == flag {
		*args = (*args)[:last]
	} else {
		*args = append(*args, flag)
	}
	return c.Client.Update(ctx, &d)
}

// label makes a namespace that of a tenant, or nobody's.
func (c *churn) label(ctx context.Context) error {
	patch := `{"metadata":{"labels":{"toolkit.fluxcd.io/tenant":"other"}}}`
	var namespace corev1.Namespace
	if err := c.Client.Get(ctx, client.ObjectKey{Name: "default"}, &namespace); err != nil {
		return err
	}
	if namespace.Labels["toolkit.fluxcd.io/tenant"] != "" {
		patch = `{"metadata":{"labels":{"toolkit.fluxcd.io/tenant":null}}}`
	}
	return c.Client.Patch(ctx, &namespace, client.RawPatch("application/merge-patch+json", []byte(patch)))
}

func binding(namespace, name, account string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "deployer"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: "apps", Name: account}},
	}
}

func serviceAccount(namespace, name string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

func web() *unstructured.Unstructured { return kustomization("web") }

// kustomization applies nothing, as an account of its own name.
func kustomization(name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
		"metadata": map[string]any{"namespace": "apps", "name": name},
		"spec": map[string]any{
			"interval": "5m", "prune": true, "serviceAccountName": name,
			"sourceRef": map[string]any{"kind": "GitRepository", "name": "web"},
		},
	}}
}

// keep makes a change each second until the time is over, and returns how many it made.
func (c *churn) keep(ctx context.Context, duration time.Duration) (int, error) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	made := 0
	for end := time.Now().Add(duration); time.Now().Before(end); made++ {
		if err := c.mutate(ctx); err != nil && !apierrors.IsConflict(err) {
			return made, err
		}
		select {
		case <-ctx.Done():
			return made, ctx.Err()
		case <-second.C:
		}
	}
	return made, nil
}
