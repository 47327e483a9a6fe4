// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

// lab is a cluster in memory: a Snapshot, and the API server's answers by its roles and bindings.
type lab struct {
	flux.Snapshot
	asked int // reviews that were answered
}

// newLab has Flux in flux-system, its reconcilers bound to cluster-admin, and nobody else. All controllers have
// the args, but --default-service-account only those that impersonate it.
func newLab(args ...string) *lab {
	l := &lab{}
	l.Kubernetes = "v1.37.2"
	for _, r := range strings.Fields(`
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
		fluxcd.controlplane.io/resourcesets/ResourceSet fluxcd.controlplane.io/resourcesetinputproviders/ResourceSetInputProvider`) {
		l.serve(r, true)
	}
	for _, r := range strings.Fields(`
		/namespaces/Namespace /nodes/Node rbac.authorization.k8s.io/clusterroles/ClusterRole
		rbac.authorization.k8s.io/clusterrolebindings/ClusterRoleBinding apiextensions.k8s.io/customresourcedefinitions/CustomResourceDefinition
		admissionregistration.k8s.io/validatingwebhookconfigurations/ValidatingWebhookConfiguration
		admissionregistration.k8s.io/mutatingwebhookconfigurations/MutatingWebhookConfiguration
		admissionregistration.k8s.io/validatingadmissionpolicies/ValidatingAdmissionPolicy`) {
		l.serve(r, false)
	}
	install := flux.Install{Namespace: "flux-system", Version: "v2.9.5"}
	for _, name := range flux.Components() {
		own := slices.Clone(args)
		if name != "kustomize-controller" && name != "helm-controller" {
			own = slices.DeleteFunc(own, func(arg string) bool { return strings.HasPrefix(arg, "--default-service-account=") })
		}
		install.Controllers = append(install.Controllers, flux.Controller{
			Component: name, Namespace: "flux-system", Name: name, ServiceAccount: name, Args: own,
		})
		l.account("flux-system", name, "")
	}
	l.Installs = []flux.Install{install}
	l.namespace("flux-system", nil)
	l.namespace("kube-system", nil)
	l.role("", "cluster-admin", "*|*|*")
	l.Roles[0].Rules = append(l.Roles[0].Rules, rbacv1.PolicyRule{Verbs: []string{"*"}, NonResourceURLs: []string{"*"}})
	l.role("", "flux", "get,list,watch,patch|*|*", "create||serviceaccounts/token")
	l.bind("", "cluster-reconciler", "cluster-admin", "flux-system/kustomize-controller", "flux-system/helm-controller")
	l.bind("", "crd-controller", "flux", "flux-system/notification-controller", "flux-system/source-controller",
		"flux-system/image-reflector-controller", "flux-system/image-automation-controller", "flux-system/source-watcher")
	return l
}

func (l *lab) serve(resource string, namespaced bool) {
	parts := strings.Split(resource, "/")
	r := flux.Resource{Group: parts[0], Version: "v1", Resource: parts[1], Kind: parts[len(parts)-1], Namespaced: namespaced}
	r.Verbs = []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	if len(parts) == 4 {
		r.Subresource, r.Verbs = parts[2], []string{"create"}
	}
	l.Resources = append(l.Resources, r)
}

func (l *lab) namespace(name string, labels map[string]string) {
	l.Namespaces = append(l.Namespaces, flux.Namespace{Name: name, Labels: labels})
}

func (l *lab) account(namespace, name, tenant string) {
	a := flux.ServiceAccount{Namespace: namespace, Name: name}
	if tenant != "" {
		a.Labels = map[string]string{"toolkit.fluxcd.io/tenant": tenant}
	}
	l.ServiceAccounts = append(l.ServiceAccounts, a)
}

// role adds a role of rules "verbs|groups|resources|names", or "verbs|path".
func (l *lab) role(namespace, name string, rules ...string) {
	r := flux.Role{Namespace: namespace, Name: name}
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

// bind binds a role, a ClusterRole unless the name starts with a dot, to accounts "namespace/name" or groups.
func (l *lab) bind(namespace, name, role string, subjects ...string) {
	b := flux.Binding{Namespace: namespace, Name: name, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}}
	if local, ok := strings.CutPrefix(role, "."); ok {
		b.RoleRef.Kind, b.RoleRef.Name = "Role", local
	}
	for _, s := range subjects {
		if ns, account, ok := strings.Cut(s, "/"); ok {
			b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: ns, Name: account})
		} else {
			b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: s})
		}
	}
	l.Bindings = append(l.Bindings, b)
}

// object adds an object of Flux: its kind, namespace and name, then the rest as YAML.
func (l *lab) object(t testing.TB, kind, namespace, name, fields string) {
	t.Helper()
	o := flux.Object{Kind: kind, Namespace: namespace, Name: name}
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

// args gives a controller its command line.
func (l *lab) args(component string, args ...string) {
	for i := range l.Installs[0].Controllers {
		if c := &l.Installs[0].Controllers[i]; c.Component == component {
			c.Args = args
		}
	}
}

// Review answers as the RBAC authorizer does, by the lab's roles and bindings.
func (l *lab) Review(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	l.asked++
	namespace := ""
	if spec.ResourceAttributes != nil {
		namespace = spec.ResourceAttributes.Namespace
	}
	for _, b := range l.Bindings {
		if b.Namespace != "" && (b.Namespace != namespace || spec.ResourceAttributes == nil) || !names(b, spec) {
			continue
		}
		if ok, _ := validation.Covers(l.rules(b), []rbacv1.PolicyRule{wanted(spec)}); ok {
			return authorizationv1.SubjectAccessReviewStatus{Allowed: true, Reason: "RBAC: allowed by " + b.Name}, nil
		}
	}
	return authorizationv1.SubjectAccessReviewStatus{}, nil
}

func names(b flux.Binding, spec authorizationv1.SubjectAccessReviewSpec) bool {
	return slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool {
		switch s.Kind {
		case rbacv1.ServiceAccountKind:
			return spec.User == "system:serviceaccount:"+s.Namespace+":"+s.Name
		case rbacv1.GroupKind:
			return slices.Contains(spec.Groups, s.Name)
		}
		return spec.User == s.Name
	})
}

func (l *lab) rules(b flux.Binding) []rbacv1.PolicyRule {
	for _, r := range l.Roles {
		if r.Name == b.RoleRef.Name && (r.Namespace == "") == (b.RoleRef.Kind == "ClusterRole") && (r.Namespace == "" || r.Namespace == b.Namespace) {
			return r.Rules
		}
	}
	return nil
}

func wanted(spec authorizationv1.SubjectAccessReviewSpec) rbacv1.PolicyRule {
	if n := spec.NonResourceAttributes; n != nil {
		return rbacv1.PolicyRule{Verbs: []string{n.Verb}, NonResourceURLs: []string{n.Path}}
	}
	a := spec.ResourceAttributes
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	rule := rbacv1.PolicyRule{Verbs: []string{a.Verb}, APIGroups: []string{a.Group}, Resources: []string{resource}}
	if a.Name != "" {
		rule.ResourceNames = []string{a.Name}
	}
	return rule
}

// probe asks all that is expected of tenancy and gives the findings in order.
func (l *lab) probe(t testing.TB, o flux.Options) []probe.Finding {
	t.Helper()
	p := probe.Prober{Reviewer: l, Concurrency: 1}
	m := flux.Derive(&l.Snapshot, o).Only(func(section string) bool { return section != "controllers" && section != "reconcilers" })
	findings := slices.Collect(p.Run(t.Context(), m))
	slices.SortFunc(findings, func(a, b probe.Finding) int { return a.Index - b.Index })
	return findings
}

// failures are the findings of a section's codes that are no pass, one line each.
func failures(findings []probe.Finding, codes ...string) []string {
	var lines []string
	for _, f := range findings {
		if f.Verdict == "pass" || !slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(f.Code, c) }) {
			continue
		}
		line := f.Code + " " + string(f.Verdict) + " " + string(f.Severity) + " " + f.Subject.String()
		if f.Access != nil {
			line += " " + f.Access.Verb + " " + f.Access.GroupResource() + " in " + f.Access.Namespace
		} else {
			line += " " + f.Origin.String() + " " + f.Origin.Field
		}
		lines = append(lines, line)
	}
	return lines
}
