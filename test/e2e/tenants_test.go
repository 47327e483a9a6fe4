// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// tenancy are the commands about tenants and the controllers' command lines.
func tenancy(ctx context.Context, c *cluster.Cluster) map[string]command {
	return map[string]command{
		"tenant": {"tenant NAMESPACE ACCOUNT [CLUSTERROLE]", 2, func(_ *testscript.TestScript, args []string) error {
			role := ""
			if len(args) > 2 {
				role = args[2]
			}
			return tenant(ctx, c, args[0], args[1], role)
		}},
		"flags": {"flags DEPLOYMENT FLAG...", 2, func(_ *testscript.TestScript, args []string) error {
			return addFlags(ctx, c, args[0], args[1:]...)
		}},
		"shard": {"shard DEPLOYMENT NAME FLAG...", 3, func(_ *testscript.TestScript, args []string) error {
			return shard(ctx, c, args[0], args[1], args[2:]...)
		}},
		"lockdown": {"lockdown", 0, func(*testscript.TestScript, []string) error { return lockdown(ctx, c) }},
	}
}

// tenant makes what `flux create tenant` does (flux2 cmd/flux/create_tenant.go@v2.9.5), with cluster-admin
// unless another ClusterRole is named, and the default account, which here no controller makes.
func tenant(ctx context.Context, c *cluster.Cluster, namespace, account, role string) error {
	objects, err := cluster.Decode(fmt.Appendf(nil, `
{apiVersion: v1, kind: Namespace, metadata: {name: %[1]s, labels: {toolkit.fluxcd.io/tenant: %[2]s}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: %[1]s, name: default}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: %[1]s, name: %[2]s, labels: {toolkit.fluxcd.io/tenant: %[2]s}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: %[1]s, name: %[2]s-reconciler, labels: {toolkit.fluxcd.io/tenant: %[2]s}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %[3]s}
subjects:
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: "gotk:%[1]s:reconciler"}
- {kind: ServiceAccount, namespace: %[1]s, name: %[2]s}
`, namespace, account, cmp.Or(role, "cluster-admin")))
	return errors.Join(err, c.Apply(ctx, objects...))
}

// addFlags appends arguments to a controller of flux-system.
func addFlags(ctx context.Context, c *cluster.Cluster, name string, flags ...string) error {
	var d appsv1.Deployment
	if err := c.Client.Get(ctx, client.ObjectKey{Namespace: "flux-system", Name: name}, &d); err != nil {
		return err
	}
	container := &d.Spec.Template.Spec.Containers[0]
	container.Args = append(container.Args, flags...)
	return c.Client.Update(ctx, &d)
}

// shard adds a second Deployment of a controller of flux-system, with further arguments.
func shard(ctx context.Context, c *cluster.Cluster, from, name string, flags ...string) error {
	var d appsv1.Deployment
	if err := c.Client.Get(ctx, client.ObjectKey{Namespace: "flux-system", Name: from}, &d); err != nil {
		return err
	}
	d.ObjectMeta = metav1.ObjectMeta{Namespace: d.Namespace, Name: name, Labels: d.Labels}
	container := &d.Spec.Template.Spec.Containers[0]
	container.Args = append(container.Args, flags...)
	return c.Client.Create(ctx, &d)
}

// lockdown closes everything that has a flag for it, source-watcher included.
func lockdown(ctx context.Context, c *cluster.Cluster) error {
	for _, name := range []string{
		"kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller", "image-automation-controller", "source-watcher",
	} {
		flags := []string{"--no-cross-namespace-refs=true"}
		switch name {
		case "kustomize-controller":
			flags = append(flags, "--no-remote-bases=true", "--default-service-account=default")
		case "helm-controller":
			flags = append(flags, "--default-service-account=default")
		}
		if err := addFlags(ctx, c, name, flags...); err != nil {
			return err
		}
	}
	return nil
}
