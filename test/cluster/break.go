// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Break puts two faults into a Flux 2.9 in flux-system: crd-controller no longer grants leases, and
// notification-controller may open a shell in any pod.
func (c *Cluster) Break(ctx context.Context) error {
	if err := c.withdrawLeases(ctx); err != nil {
		return fmt.Errorf("withdrawing a permission: %w", err)
	}
	if err := c.grantExec(ctx); err != nil {
		return fmt.Errorf("granting a permission too many: %w", err)
	}
	return nil
}

// withdrawLeases takes the leases rule out of crd-controller, as following an outdated recipe does on Flux 2.7
// and later: the index that meant token creation in 2.6 means leases there.
func (c *Cluster) withdrawLeases(ctx context.Context) error {
	var role rbacv1.ClusterRole
	if err := c.Client.Get(ctx, client.ObjectKey{Name: "crd-controller-flux-system"}, &role); err != nil {
		return err
	}
	role.Rules = slices.DeleteFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
		return slices.Contains(rule.Resources, "leases")
	})
	return c.Client.Update(ctx, &role)
}

// grantExec lets notification-controller open a shell in every pod.
func (c *Cluster) grantExec(ctx context.Context) error {
	meta := metav1.ObjectMeta{Name: "debugging"}
	role := &rbacv1.ClusterRole{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{""}, Resources: []string{"pods/exec"}, Verbs: []string{"create"},
	}}}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: meta.Name},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "flux-system", Name: "notification-controller"}},
	}
	return errors.Join(c.Client.Create(ctx, role), c.Client.Create(ctx, binding))
}
