// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

const (
	allVerbs  = "get list watch create update patch delete deletecollection"
	partVerbs = "get update patch"
)

// served is what a bare API server with Flux's CRDs serves, as far as the checks care: group/version,
// then resources; "!" marks cluster-scoped ones, "/" a subresource, "=" other verbs than all.
var servedForTests = map[string]string{
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

// discovery gives the resources of servedForTests but those of the groups without.
func discovery(without ...string) []Resource {
	var all []Resource
	for _, gv := range slices.Sorted(maps.Keys(servedForTests)) {
		group, version, _ := strings.Cut(gv, "/")
		if slices.Contains(without, group) {
			continue
		}
		for _, word := range strings.Fields(servedForTests[gv]) {
			name, cluster := strings.CutPrefix(word, "!")
			name, verbs, special := strings.Cut(name, "=")
			name, subresource, _ := strings.Cut(name, "/")
			r := Resource{Group: group, Version: version, Resource: name, Subresource: subresource, Namespaced: !cluster}
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

// healthySnapshot is a cluster with all controllers of a Flux release, bound as `flux install` does.
func healthySnapshot(version string) *Snapshot {
	d := loadData()
	r, _ := d.releases.judgedBy(version)
	before27 := []string{}
	if !d.role("crd-controller").binds("source-watcher", r) {
		before27 = append(before27, "source.extensions.fluxcd.io")
	}
	s := &Snapshot{Kubernetes: "v1.37.2", Resources: discovery(before27...), Unread: map[string]string{}}
	install := Install{Namespace: "flux-system", Version: version}
	for _, c := range d.needs.Controllers {
		if !d.role("crd-controller").binds(c.Component, r) {
			continue
		}
		install.Controllers = append(install.Controllers, Controller{Component: c.Component, Namespace: "flux-system", Name: c.Component, ServiceAccount: c.Component})
		s.ServiceAccounts = append(s.ServiceAccounts, ServiceAccount{Namespace: "flux-system", Name: c.Component})
	}
	s.Installs = []Install{install}
	s.Roles = []Role{{Name: "cluster-admin", Rules: policy(d.role("cluster-reconciler").Rules)}}
	for _, name := range []string{"crd-controller", "flux-edit", "flux-view"} {
		role := Role{Name: name + "-flux-system", Rules: policy(in(d.role(name).Rules, r)), Labels: map[string]string{}}
		for _, label := range d.role(name).Labels {
			role.Labels[label] = "true"
		}
		s.Roles = append(s.Roles, role)
	}
	s.Bindings = []Binding{
		bindingTo("cluster-admin", "cluster-reconciler-flux-system", subjects(d.role("cluster-reconciler"), r)),
		bindingTo("crd-controller-flux-system", "crd-controller-flux-system", subjects(d.role("crd-controller"), r)),
	}
	return s
}

func policy(rules []rule) []rbacv1.PolicyRule {
	var out []rbacv1.PolicyRule
	for _, r := range rules {
		out = append(out, rbacv1.PolicyRule{APIGroups: r.Groups, Resources: r.Resources, Verbs: r.Verbs, NonResourceURLs: r.Paths})
	}
	return out
}

func subjects(role releaseRole, r fluxVersion) []rbacv1.Subject {
	var out []rbacv1.Subject
	for _, s := range role.Subjects {
		if s.holds(r) {
			out = append(out, rbacv1.Subject{Kind: "ServiceAccount", Namespace: "flux-system", Name: s.Name})
		}
	}
	return out
}

func bindingTo(role, name string, subjects []rbacv1.Subject) Binding {
	return Binding{Name: name, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}, Subjects: subjects}
}
