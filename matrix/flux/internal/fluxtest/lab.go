// SPDX-License-Identifier: Apache-2.0

// Package fluxtest builds clusters in memory for the tests of the packages below matrix/flux: a snapshot with
// Deployments, accounts, roles and objects, and the answers of its own RBAC.
package fluxtest

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Section is a section of the matrix.
type Section func(*model.Model, checks.Options) ([]matrix.Check, []matrix.Gap)

// Lab is a cluster. Its fields can be changed until Model is called.
type Lab struct {
	snapshot.Snapshot
	Installs  []detect.Install // of which Model makes Deployments
	Namespace string           // that checks are limited to
	Reviewed  atomic.Int64     // reviews that were answered
}

// New returns a cluster with Flux v2.9.5 in flux-system, its reconcilers bound to cluster-admin, and no tenants. All
// controllers have the args, but --default-service-account only those that impersonate it.
func New(args ...string) *Lab {
	l := &Lab{}
	l.Kubernetes = "v1.37.2"
	for _, r := range strings.Fields(namespacedResources) {
		l.serve(r, true)
	}
	for _, r := range strings.Fields(clusterResources) {
		l.serve(r, false)
	}
	install := detect.Install{Namespace: "flux-system", Version: "v2.9.5"}
	for _, name := range facts.Load().Components.Names() {
		own := slices.Clone(args)
		if !facts.Load().Releases.IsReconciler(name) {
			own = slices.DeleteFunc(own, func(arg string) bool { return strings.HasPrefix(arg, "--default-service-account=") })
		}
		install.Controllers = append(install.Controllers, detect.Controller{
			Component: name, Namespace: "flux-system", Name: name, ServiceAccount: name, Args: own,
		})
		l.Account("flux-system", name, "")
	}
	l.Installs = []detect.Install{install}
	l.AddNamespace("flux-system", nil)
	l.AddNamespace("kube-system", nil)
	l.Role("", "cluster-admin", "*|*|*", "*|*")
	l.Role("", "flux", "get,list,watch,patch|*|*", "create||serviceaccounts/token")
	l.Bind("", "cluster-reconciler", "cluster-admin", "flux-system/kustomize-controller", "flux-system/helm-controller")
	l.Bind("", "crd-controller", "flux", "flux-system/notification-controller", "flux-system/source-controller",
		"flux-system/image-reflector-controller", "flux-system/image-automation-controller", "flux-system/source-watcher")
	return l
}

const namespacedResources = `
	/pods/Pod /pods/exec/PodExecOptions /secrets/Secret /configmaps/ConfigMap /services/Service /serviceaccounts/ServiceAccount
	/serviceaccounts/token/TokenRequest apps/deployments/Deployment apps/replicasets/ReplicaSet apps/statefulsets/StatefulSet
	rbac.authorization.k8s.io/roles/Role rbac.authorization.k8s.io/rolebindings/RoleBinding
	kustomize.toolkit.fluxcd.io/kustomizations/Kustomization helm.toolkit.fluxcd.io/helmreleases/HelmRelease
	source.toolkit.fluxcd.io/gitrepositories/GitRepository source.toolkit.fluxcd.io/ocirepositories/OCIRepository
	source.toolkit.fluxcd.io/helmrepositories/HelmRepository source.toolkit.fluxcd.io/externalartifacts/ExternalArtifact
	source.toolkit.fluxcd.io/buckets/Bucket source.toolkit.fluxcd.io/helmcharts/HelmChart
	notification.toolkit.fluxcd.io/alerts/Alert notification.toolkit.fluxcd.io/receivers/Receiver notification.toolkit.fluxcd.io/providers/Provider
	image.toolkit.fluxcd.io/imagepolicies/ImagePolicy image.toolkit.fluxcd.io/imagerepositories/ImageRepository
	image.toolkit.fluxcd.io/imageupdateautomations/ImageUpdateAutomation source.extensions.fluxcd.io/artifactgenerators/ArtifactGenerator
	fluxcd.controlplane.io/resourcesets/ResourceSet fluxcd.controlplane.io/resourcesetinputproviders/ResourceSetInputProvider`

const clusterResources = `
	/namespaces/Namespace /nodes/Node rbac.authorization.k8s.io/clusterroles/ClusterRole
	rbac.authorization.k8s.io/clusterrolebindings/ClusterRoleBinding apiextensions.k8s.io/customresourcedefinitions/CustomResourceDefinition
	admissionregistration.k8s.io/validatingwebhookconfigurations/ValidatingWebhookConfiguration
	admissionregistration.k8s.io/mutatingwebhookconfigurations/MutatingWebhookConfiguration
	admissionregistration.k8s.io/validatingadmissionpolicies/ValidatingAdmissionPolicy`

func (l *Lab) serve(resource string, namespaced bool) {
	parts := strings.Split(resource, "/")
	r := snapshot.Resource{Group: parts[0], Version: "v1", Resource: parts[1], Kind: parts[len(parts)-1], Namespaced: namespaced}
	r.Verbs = []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	if len(parts) == 4 {
		r.Subresource, r.Verbs = parts[2], []string{"create"}
	}
	l.Resources = append(l.Resources, r)
}

// Serve adds resources "group/resource" or "group/resource/subresource" with their verbs.
func (l *Lab) Serve(namespaced bool, verbs string, resources ...string) {
	for _, text := range resources {
		parts := strings.SplitN(text, "/", 3)
		r := snapshot.Resource{Group: parts[0], Version: "v1", Resource: parts[1], Namespaced: namespaced, Verbs: strings.Split(verbs, ",")}
		if len(parts) == 3 {
			r.Subresource = parts[2]
		}
		l.Resources = append(l.Resources, r)
	}
}

// AddNamespace adds a Namespace.
func (l *Lab) AddNamespace(name string, labels map[string]string) {
	l.Namespaces = append(l.Namespaces, snapshot.Namespace{Name: name, Labels: labels})
}

// Account adds a ServiceAccount, labelled with a tenant unless that is empty.
func (l *Lab) Account(namespace, name, tenant string) {
	a := snapshot.ServiceAccount{Namespace: namespace, Name: name}
	if tenant != "" {
		a.Labels = map[string]string{facts.TenantLabel: tenant}
	}
	l.ServiceAccounts = append(l.ServiceAccounts, a)
}

// Role adds a role with rules "verbs|groups|resources|names", or "verbs|paths".
func (l *Lab) Role(namespace, name string, rules ...string) {
	r := rbac.Role{Namespace: namespace, Name: name}
	for _, rule := range rules {
		f := strings.Split(rule, "|")
		p := rbacv1.PolicyRule{Verbs: strings.Split(f[0], ",")}
		if len(f) == 2 {
			p.NonResourceURLs = strings.Split(f[1], ",")
		} else {
			p.APIGroups, p.Resources = strings.Split(f[1], ","), strings.Split(f[2], ",")
		}
		if len(f) > 3 {
			p.ResourceNames = strings.Split(f[3], ",")
		}
		r.Rules = append(r.Rules, p)
	}
	l.Roles = append(l.Roles, r)
}

// Bind binds a role, a ClusterRole unless the name begins with a dot, to subjects as Subject reads them.
func (l *Lab) Bind(namespace, name, role string, subjects ...string) {
	b := rbac.Binding{Namespace: namespace, Name: name, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}
	if local, ok := strings.CutPrefix(role, "."); ok {
		b.RoleRef.Kind, b.RoleRef.Name = "Role", local
	}
	for _, s := range subjects {
		b.Subjects = append(b.Subjects, Subject(s))
	}
	l.Bindings = append(l.Bindings, b)
}

// Subject reads a subject of a binding: an account "namespace/name", an account "/name" without a namespace, a user
// "User name", or a group.
func Subject(text string) rbacv1.Subject {
	if user, ok := strings.CutPrefix(text, "User "); ok {
		return rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}
	}
	if namespace, name, ok := strings.Cut(text, "/"); ok {
		return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}
	}
	return rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: text}
}

// Object adds an object of Flux: its kind, namespace and name, and the rest as YAML.
func (l *Lab) Object(t testing.TB, kind, namespace, name, fields string) {
	t.Helper()
	o := snapshot.Object{Kind: kind, Namespace: namespace, Name: name}
	if err := yaml.Unmarshal([]byte(fields), &o.Fields); err != nil {
		t.Fatalf("%s %s/%s: %v", kind, namespace, name, err)
	}
	for _, r := range l.Resources {
		if r.Kind == kind {
			o.Group, o.Version = r.Group, r.Version
		}
	}
	l.Objects = append(l.Objects, o)
}

// Args gives a controller its command line.
func (l *Lab) Args(component string, args ...string) {
	for i := range l.Installs[0].Controllers {
		if c := &l.Installs[0].Controllers[i]; c.Component == component {
			c.Args = args
		}
	}
}

// Review answers as the RBAC authorizer does.
func (l *Lab) Review(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	l.Reviewed.Add(1)
	return rbac.Reviewer{Index: l.RBAC()}.Review(ctx, spec)
}

// Findings probes the checks of some sections and returns the findings in the order of the checks.
func (l *Lab) Findings(t testing.TB, o checks.Options, sections ...Section) []probe.Finding {
	t.Helper()
	m := &matrix.Matrix{}
	for _, section := range sections {
		found, _ := section(l.Model(), o)
		m.Checks = append(m.Checks, found...)
	}
	return l.Probe(t, m)
}

// Probe probes a matrix and returns the findings in its order.
func (l *Lab) Probe(t testing.TB, m *matrix.Matrix) []probe.Finding {
	t.Helper()
	p := probe.Prober{Reviewer: l, Concurrency: 1}
	findings := slices.Collect(p.Run(t.Context(), m))
	slices.SortFunc(findings, func(a, b probe.Finding) int { return a.Index - b.Index })
	return findings
}
