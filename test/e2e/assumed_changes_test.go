// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// flagged is a flag that is assumed and then added.
func flagged(controller, flag string) assumedChange {
	return assumedChange{
		name: controller + " " + flag, assume: []string{"flag=" + controller + ":" + flag},
		do: func(a *assumption) error { return addFlags(a.Context(), a.cluster, controller, flag) },
	}
}

// deleted is an object that is assumed to be deleted and then is.
func deleted(kind, resource, path string, byRBAC bool) assumedChange {
	return assumedChange{
		name: "without " + kind + " " + path, assume: []string{"delete=" + kind + "/" + path}, byRBAC: byRBAC,
		do: func(a *assumption) error {
			object, err := named(a.cluster, resource, path)
			return errors.Join(err, a.cluster.Client.Delete(a.Context(), object))
		},
	}
}

// assumedChanges are made one after the other.
func assumedChanges() []assumedChange {
	var all []assumedChange
	for _, controller := range []string{"kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller", "image-automation-controller", "source-watcher"} {
		all = append(all, flagged(controller, "--no-cross-namespace-refs=true"))
	}
	all = append(all,
		flagged("kustomize-controller", "--no-remote-bases=true"),
		flagged("kustomize-controller", "--default-service-account=default"),
		flagged("helm-controller", "--default-service-account=default"),
		flagged("kustomize-controller", "--sops-age-secret=keys"),
		flagged("helm-controller", "--insecure-kubeconfig-exec=true"),
		flagged("kustomize-controller", "--watch-label-selector=shard=one"),
		assumedChange{
			name: "every controller in its own namespace", assume: []string{"flag=*:--watch-all-namespaces=false"},
			do: func(a *assumption) error {
				return everyController(a, func(args []string) []string { return append(args, "--watch-all-namespaces=false") })
			},
		},
		assumedChange{
			name:   "flags removed",
			assume: []string{"flag=*:--watch-all-namespaces-", "flag=kustomize-controller:--watch-label-selector-", "flag=*:--no-cross-namespace-refs-"},
			do: func(a *assumption) error {
				return everyController(a, func(args []string) []string {
					return slices.DeleteFunc(args, func(arg string) bool {
						return strings.HasPrefix(arg, "--watch-all-namespaces") || strings.HasPrefix(arg, "--watch-label-selector") || strings.HasPrefix(arg, "--no-cross-namespace-refs")
					})
				})
			},
		},
		assumedChange{name: "an account named", file: accountNamed},
		assumedChange{name: "a binding added", file: bindingAdded, byRBAC: true},
		assumedChange{name: "a verb removed from a role", file: verbRemoved, byRBAC: true},
		assumedChange{name: "an account added with a binding to a group", file: accountAdded, byRBAC: true},
		assumedChange{name: "a Kustomization and a HelmRelease added", file: reconciledAdded},
		assumedChange{name: "an aggregated role fed", file: aggregatedFed, byRBAC: true},
		assumedChange{name: "a namespace labelled", file: namespaceLabelled},
		deleted("RoleBinding", "rolebindings.rbac.authorization.k8s.io", "apps/dev-team-reconciler", true),
		deleted("ServiceAccount", "serviceaccounts", "apps/dev-team", false),
		deleted("Kustomization", "kustomizations.kustomize.toolkit.fluxcd.io", "apps/free", false),
		deleted("ClusterRole", "clusterroles.rbac.authorization.k8s.io", "deployer", true),
		deleted("ClusterRoleBinding", "clusterrolebindings.rbac.authorization.k8s.io", "cluster-reconciler-flux-system", true),
		deleted("Deployment", "deployments.apps", "flux-system/image-automation-controller", false),
		assumedChange{name: "the next release", assume: []string{"flux=v2.10.0"}, byRBAC: true, do: nextRelease},
	)
	return all
}

// everyController edits the command lines of all controllers that have a flag like --no-cross-namespace-refs, or all.
func everyController(a *assumption, edit func([]string) []string) error {
	var err error
	for _, name := range []string{
		"source-controller", "kustomize-controller", "helm-controller", "notification-controller", "image-reflector-controller", "image-automation-controller", "source-watcher",
	} {
		err = errors.Join(err, a.setFlag(name, edit))
	}
	return err
}

// nextRelease does what Flux 2.10 changes in labels and RBAC.
func nextRelease(a *assumption) error {
	const label = "app.kubernetes.io/version"
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"`+label+`":"v2.10.0"}}}`))
	err := withdraw(a.Context(), a.cluster, "crd-controller-flux-system", "serviceaccounts/token", nil)
	for _, object := range [][2]string{
		{"customresourcedefinitions.apiextensions.k8s.io", "gitrepositories.source.toolkit.fluxcd.io"}, {"namespaces", "flux-system"},
		{"deployments.apps", "flux-system/source-controller"}, {"deployments.apps", "flux-system/kustomize-controller"},
	} {
		o, wrong := named(a.cluster, object[0], object[1])
		err = errors.Join(err, wrong, a.cluster.Client.Patch(a.Context(), o, patch))
	}
	return err
}

// populate adds tenants with and without accounts, and references between their namespaces.
func (a *assumption) populate() {
	a.Helper()
	a.must(a.cluster.Client.Create(a.Context(), &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "deployer"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"", "apps"}, Resources: []string{"configmaps", "services", "deployments"}, Verbs: []string{"get", "patch", "create", "delete"}}},
	}))
	a.must(tenant(a.Context(), a.cluster, "apps", "dev-team", "deployer"))
	a.must(tenant(a.Context(), a.cluster, "shared", "shared", "deployer"))
	objects, err := cluster.Decode([]byte(populated))
	a.must(errors.Join(err, a.cluster.Apply(a.Context(), objects...)))
	for _, o := range objects {
		if o.Object["status"] != nil {
			a.must(a.cluster.ApplyStatus(a.Context(), o))
		}
	}
}

const populated = `
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: flux-system, name: default}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {namespace: shared, name: base}
spec: {interval: 1m, url: "https://git.example.com/base"}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {namespace: shared, name: charts}
spec: {interval: 1m, url: "https://charts.example.com"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: flux-system, name: flux-system}
spec: {interval: 5m, prune: true, sourceRef: {kind: GitRepository, namespace: shared, name: base}}
status: {inventory: {entries: [{id: _apps__Namespace, v: v1}, {id: apps_free_kustomize.toolkit.fluxcd.io_Kustomization, v: v1}]}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: web}
spec: {interval: 5m, prune: true, serviceAccountName: dev-team, sourceRef: {kind: GitRepository, namespace: shared, name: base}}
status: {inventory: {entries: [{id: apps_web_apps_Deployment, v: v1}, {id: apps_web__ConfigMap, v: v1}]}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: free}
spec: {interval: 5m, prune: true, sourceRef: {kind: GitRepository, namespace: shared, name: base}}
status: {inventory: {entries: [{id: apps_free_apps_Deployment, v: v1}, {id: apps_free__Secret, v: v1}]}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {namespace: apps, name: chart}
spec: {interval: 5m, chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, namespace: shared, name: charts}}}}
status: {storageNamespace: apps, history: [{chartName: web, chartVersion: "1", configDigest: "x", digest: "x", firstDeployed: "2026-01-01T00:00:00Z", lastDeployed: "2026-01-01T00:00:00Z", name: web, namespace: apps, status: deployed, version: 1}]}
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata: {namespace: apps, name: all}
spec: {providerRef: {name: chat}, eventSources: [{kind: Kustomization, namespace: shared, name: "*"}]}
---
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {namespace: apps, name: hook}
spec: {type: generic, secretRef: {name: token}, resources: [{kind: GitRepository, namespace: shared, name: base}]}
`

const accountNamed = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: free}
spec: {interval: 5m, prune: true, serviceAccountName: dev-team, sourceRef: {kind: GitRepository, namespace: shared, name: base}}
`

const bindingAdded = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: apps, name: secrets}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, patch, create, delete]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: secrets}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: secrets}
subjects: [{kind: ServiceAccount, namespace: apps, name: dev-team}]
`

const verbRemoved = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {namespace: apps, name: secrets}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, patch, create]}]
`

const accountAdded = `
{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: apps, name: robot, labels: {toolkit.fluxcd.io/tenant: dev-team}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: apps, name: everybody}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:serviceaccounts:apps"}]
`

const reconciledAdded = `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {namespace: apps, name: robot}
spec: {interval: 5m, prune: true, serviceAccountName: robot, sourceRef: {kind: GitRepository, namespace: shared, name: base}, dependsOn: [{namespace: shared, name: nothing}]}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {namespace: shared, name: chart}
spec: {interval: 5m, serviceAccountName: absent, chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}}
`

const aggregatedFed = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: more-view, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {namespace: shared, name: viewers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, namespace: apps, name: robot}]
`

const namespaceLabelled = `
{apiVersion: v1, kind: Namespace, metadata: {name: shared, labels: {team: shared}}}
`
