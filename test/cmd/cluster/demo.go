// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// demonstrate breaks two permissions and shows what flux-probe says. That it finds failures is the point
// of the demo, so its exit status 1 is told and is no error.
func demonstrate(ctx context.Context, c *cluster.Cluster, kubeconfig, probe string) error {
	if err := withdraw(ctx, c); err != nil {
		return fmt.Errorf("withdrawing a permission: %w", err)
	}
	if err := overgrant(ctx, c); err != nil {
		return fmt.Errorf("granting a permission too many: %w", err)
	}
	fmt.Println("Flux 2.9 on a real API server, with two faults: crd-controller-flux-system no longer grants leases,")
	fmt.Println("and notification-controller may open a shell in any pod.")
	fmt.Println()
	fmt.Println("$ flux-probe --output table")
	cmd := exec.CommandContext(ctx, probe, "--output", "table")
	cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("running flux-probe: %w", err)
	}
	status := cmd.ProcessState.ExitCode()
	fmt.Printf("\nexit status %d\n", status)
	if status != 1 {
		return errors.New("the probe was to end with 1, as an expectation fails")
	}
	return nil
}

// withdraw takes the leases rule out of crd-controller, as following an outdated recipe does on Flux 2.7
// and later: the index that meant token creation in 2.6 means leases there.
func withdraw(ctx context.Context, c *cluster.Cluster) error {
	var role rbacv1.ClusterRole
	if err := c.Client.Get(ctx, client.ObjectKey{Name: "crd-controller-flux-system"}, &role); err != nil {
		return err
	}
	role.Rules = slices.DeleteFunc(role.Rules, func(rule rbacv1.PolicyRule) bool {
		return slices.Contains(rule.Resources, "leases")
	})
	return c.Client.Update(ctx, &role)
}

// overgrant lets notification-controller open a shell in every pod.
func overgrant(ctx context.Context, c *cluster.Cluster) error {
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
