// SPDX-License-Identifier: Apache-2.0

package fluxtest

import (
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

const (
	allVerbs  = "get list watch create update patch delete deletecollection"
	partVerbs = "get update patch"
)

// served is what an API server without add-ons serves with Flux's definitions, as far as the checks need it:
// group/version, then resources; "!" marks cluster-scoped ones, "/" a subresource, "=" other verbs than all.
var served = map[string]string{
	"/v1": "configmaps events pods pods/exec=get,create pods/log=get pods/status secrets serviceaccounts " +
		"serviceaccounts/token=create services !namespaces !nodes !nodes/status",
	"apps/v1":                                "daemonsets deployments deployments/status replicasets statefulsets",
	"batch/v1":                               "cronjobs jobs",
	"authentication.k8s.io/v1":               "!selfsubjectreviews=create !tokenreviews=create",
	"authorization.k8s.io/v1":                "!selfsubjectaccessreviews=create !selfsubjectrulesreviews=create !subjectaccessreviews=create",
	"coordination.k8s.io/v1":                 "leases",
	"rbac.authorization.k8s.io/v1":           "roles rolebindings !clusterroles !clusterrolebindings",
	"apiextensions.k8s.io/v1":                "!customresourcedefinitions",
	"admissionregistration.k8s.io/v1":        "!mutatingwebhookconfigurations !validatingwebhookconfigurations",
	"source.toolkit.fluxcd.io/v1":            "buckets buckets/status externalartifacts externalartifacts/status gitrepositories gitrepositories/status helmcharts helmcharts/status helmrepositories helmrepositories/status ocirepositories ocirepositories/status",
	"kustomize.toolkit.fluxcd.io/v1":         "kustomizations kustomizations/status",
	"helm.toolkit.fluxcd.io/v2":              "helmreleases helmreleases/status",
	"notification.toolkit.fluxcd.io/v1beta3": "alerts providers receivers receivers/status",
	"image.toolkit.fluxcd.io/v1":             "imagepolicies imagepolicies/status imagerepositories imagerepositories/status imageupdateautomations imageupdateautomations/status",
	"source.extensions.fluxcd.io/v1beta1":    "artifactgenerators artifactgenerators/status",
}

// discovery returns the served resources but those of one group.
func discovery(without string) []snapshot.Resource {
	var all []snapshot.Resource
	for _, gv := range slices.Sorted(maps.Keys(served)) {
		group, version, _ := strings.Cut(gv, "/")
		if group == without && group != "" {
			continue
		}
		for _, word := range strings.Fields(served[gv]) {
			name, cluster := strings.CutPrefix(word, "!")
			name, verbs, special := strings.Cut(name, "=")
			name, subresource, _ := strings.Cut(name, "/")
			r := snapshot.Resource{Group: group, Version: version, Resource: name, Subresource: subresource, Namespaced: !cluster}
			switch {
			case special:
				r.Verbs = strings.Split(verbs, ",")
			case subresource != "":
				r.Verbs = strings.Fields(partVerbs)
			default:
				r.Verbs = strings.Fields(allVerbs)
			}
			all = append(all, r)
		}
	}
	return all
}

// Healthy returns a cluster with all controllers of a Flux release, bound as `flux install` binds them.
func Healthy(version string) *Lab {
	f := facts.Load()
	release, _ := f.Releases.JudgedBy(version)
	crdController := f.Releases.Role(facts.CRDController)
	without := ""
	if !crdController.Binds("source-watcher", release) {
		without = "source.extensions.fluxcd.io"
	}
	l := &Lab{Snapshot: snapshot.Snapshot{Kubernetes: "v1.37.2", Resources: discovery(without), Unread: map[string]string{}}}
	install := detect.Install{Namespace: "flux-system", Version: version}
	for _, c := range f.Needs.Controllers {
		if crdController.Binds(c.Component, release) {
			install.Controllers = append(install.Controllers, detect.Controller{
				Component: c.Component, Namespace: "flux-system", Name: c.Component, ServiceAccount: c.Component,
			})
			l.Account("flux-system", c.Component, "")
		}
	}
	l.Installs = []detect.Install{install}
	l.Roles = []rbac.Role{{Name: "cluster-admin", Rules: facts.Policies(f.Releases.Role(facts.ClusterReconciler).Rules)}}
	for _, name := range []string{facts.CRDController, "flux-edit", "flux-view"} {
		role := f.Releases.Role(name)
		own := rbac.Role{Name: name + "-flux-system", Rules: facts.Policies(facts.In(role.Rules, release)), Labels: map[string]string{}}
		for _, label := range role.Labels {
			own.Labels[label] = "true"
		}
		l.Roles = append(l.Roles, own)
	}
	bind := func(clusterRole, name string, role facts.Role) {
		b := rbac.Binding{Name: name, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole}}
		for _, s := range role.Subjects {
			if s.Holds(release) {
				b.Subjects = append(b.Subjects, Subject("flux-system/"+s.Name))
			}
		}
		l.Bindings = append(l.Bindings, b)
	}
	bind("cluster-admin", "cluster-reconciler-flux-system", f.Releases.Role(facts.ClusterReconciler))
	bind("crd-controller-flux-system", "crd-controller-flux-system", crdController)
	return l
}
