// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"errors"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// state is what the cluster holds. Each state adds to the one before.
type state struct {
	name    string
	status  int // the exit status of an undisturbed run
	install func(context.Context, *cluster.Cluster) error
}

var (
	// healthy is Flux 2.9 as released, without a tenant.
	healthy = state{"healthy", 0, func(ctx context.Context, c *cluster.Cluster) error {
		return c.InstallFlux(ctx, cluster.InstallOptions{})
	}}
	// tenant is a locked-down Flux with one tenant, and still healthy.
	tenant = state{"tenant", 0, func(ctx context.Context, c *cluster.Cluster) error {
		objects, err := cluster.Decode([]byte(tenantObjects))
		status, statusErr := cluster.Decode([]byte(tenantStatus))
		return errors.Join(err, statusErr, lockDown(ctx, c), c.Apply(ctx, objects...), c.ApplyStatus(ctx, status...))
	}}
	// faulty adds permissions that are missing, and some too many, to controllers and to tenants.
	faulty = state{"faulty", 1, func(ctx context.Context, c *cluster.Cluster) error {
		objects, err := cluster.Decode([]byte(faultyObjects))
		status, statusErr := cluster.Decode([]byte(faultyStatus))
		return errors.Join(err, statusErr, c.Break(ctx), c.Apply(ctx, objects...), c.ApplyStatus(ctx, status...))
	}}

	states = []state{healthy, tenant, faulty}
)

// lockDown sets the flags of Flux's multi-tenancy lockdown.
func lockDown(ctx context.Context, c *cluster.Cluster) error {
	flags := map[string][]string{
		"kustomize-controller":        {"--no-cross-namespace-refs=true", "--no-remote-bases=true", "--default-service-account=default"},
		"helm-controller":             {"--no-cross-namespace-refs=true", "--default-service-account=default"},
		"notification-controller":     {"--no-cross-namespace-refs=true"},
		"image-reflector-controller":  {"--no-cross-namespace-refs=true"},
		"image-automation-controller": {"--no-cross-namespace-refs=true"},
		"source-watcher":              {"--no-cross-namespace-refs=true"},
	}
	for name, flags := range flags {
		var d appsv1.Deployment
		if err := c.Client.Get(ctx, client.ObjectKey{Namespace: "flux-system", Name: name}, &d); err != nil {
			return err
		}
		container := &d.Spec.Template.Spec.Containers[0]
		container.Args = slices.Concat(container.Args, flags)
		if err := c.Client.Update(ctx, &d); err != nil {
			return err
		}
	}
	return nil
}

// tenantObjects are what `flux create tenant` makes (flux2 cmd/flux/create_tenant.go@v2.9.5), and what the
// platform and the tenant reconcile.
const tenantObjects = `
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: flux-system, name: default}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: apps, labels: {toolkit.fluxcd.io/tenant: dev-team}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: default}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: dev-team, labels: {toolkit.fluxcd.io/tenant: dev-team}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: dev-team-reconciler, labels: {toolkit.fluxcd.io/tenant: dev-team}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: User, apiGroup: rbac.authorization.k8s.io, name: "gotk:apps:reconciler"}
- {kind: ServiceAccount, namespace: apps, name: dev-team}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: apps, name: dev-team-debug}
rules: [{apiGroups: [""], resources: [pods/log], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: dev-team-debug}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: dev-team-debug}
subjects: [{kind: ServiceAccount, namespace: apps, name: dev-team}]
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {namespace: flux-system, name: flux-system}
spec: {interval: 1m, url: "https://git.example.com/fleet"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {namespace: apps, name: dev-team}
spec: {interval: 1m, url: "https://git.example.com/dev-team"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {namespace: apps, name: podinfo}
spec: {interval: 1m, url: "https://charts.example.com"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: flux-system, name: tenants, finalizers: [finalizers.fluxcd.io]}
spec: {interval: 5m, prune: true, path: ./tenants, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: dev-team, finalizers: [finalizers.fluxcd.io]}
spec: {interval: 5m, prune: true, wait: true, path: ./staging, serviceAccountName: dev-team, sourceRef: {kind: GitRepository, name: dev-team}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {namespace: apps, name: podinfo, finalizers: [finalizers.fluxcd.io]}
spec:
  interval: 5m
  serviceAccountName: dev-team
  chart: {spec: {chart: podinfo, sourceRef: {kind: HelmRepository, name: podinfo}}}
`

// tenantStatus is what the controllers report, as none run here.
const tenantStatus = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: flux-system, name: tenants}
status: {inventory: {entries: [{id: _apps__Namespace, v: v1}, {id: apps_dev-team_kustomize.toolkit.fluxcd.io_Kustomization, v: v1}]}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: dev-team}
status: {inventory: {entries: [{id: apps_podinfo_apps_Deployment, v: v1}, {id: apps_podinfo_helm.toolkit.fluxcd.io_HelmRelease, v: v2}]}}
`

// faultyObjects are an account that cannot apply what it is to apply, and a tenant that can read the
// Secrets of all.
const faultyObjects = `
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: intern}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: apps, name: intern}
rules: [{apiGroups: [apps], resources: [deployments], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: intern}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: intern}
subjects: [{kind: ServiceAccount, namespace: apps, name: intern}]
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: intern, finalizers: [finalizers.fluxcd.io]}
spec: {interval: 5m, prune: true, path: ./intern, serviceAccountName: intern, sourceRef: {kind: GitRepository, name: dev-team}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: every-secret}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: every-secret}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: every-secret}
subjects: [{kind: ServiceAccount, namespace: apps, name: dev-team}]
`

const faultyStatus = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: intern}
status: {inventory: {entries: [{id: apps_intern_apps_Deployment, v: v1}, {id: apps_intern__Service, v: v1}]}}
`
