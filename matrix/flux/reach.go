// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"strings"
)

const (
	rbacGroup      = "rbac.authorization.k8s.io"
	admissionGroup = "admissionregistration.k8s.io"
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	helmGroup      = "helm.toolkit.fluxcd.io"
	sourceGroup    = "source.toolkit.fluxcd.io"
)

// The accesses of section isolation: each would make a tenant's account another one, or let it read
// what it must not. These are asked for every tenant; reachElsewhere and reachBeyond are asked where
// some rule may grant them. Impersonation in all namespaces is FP303.
var (
	// In a namespace where Flux runs (FP501): everything there ends at a reconciler's account.
	reachFlux = []reach{
		{verb: "get", resource: "secrets"},
		{verb: "list", resource: "secrets"},
		{verb: "create", resource: "pods"},
		{verb: "create", resource: "pods", subresource: "exec"},
		{verb: "create", resource: "serviceaccounts"},
		{verb: "create", resource: "serviceaccounts", subresource: "token"},
		{verb: "patch", group: "apps", resource: "deployments"},
		{verb: "create", group: rbacGroup, resource: "rolebindings"},
		{verb: "create", group: kustomizeGroup, resource: "kustomizations"},
		{verb: "create", group: helmGroup, resource: "helmreleases"},
		{verb: "patch", group: sourceGroup, resource: "gitrepositories"},
	}

	// In kube-system (FP501), whose controllers' accounts are as strong.
	reachSystem = []reach{
		{verb: "get", resource: "secrets"},
		{verb: "create", resource: "pods"},
		{verb: "create", resource: "serviceaccounts", subresource: "token"},
	}

	// In another tenant's namespace (FP502), asked for all namespaces first.
	reachTenant = []reach{
		{verb: "get", resource: "secrets"},
		{verb: "list", resource: "secrets"},
		{verb: "create", resource: "pods"},
		{verb: "create", resource: "pods", subresource: "exec"},
		{verb: "create", resource: "serviceaccounts", subresource: "token"},
		{verb: "create", group: rbacGroup, resource: "rolebindings"},
		{verb: "create", group: kustomizeGroup, resource: "kustomizations"},
	}

	// At the cluster scope (FP503).
	reachCluster = []reach{
		{verb: "create", resource: "namespaces"},
		{verb: "patch", resource: "namespaces"},
		{verb: "patch", resource: "nodes"},
		{verb: "create", group: rbacGroup, resource: "clusterrolebindings"},
		{verb: "escalate", group: rbacGroup, resource: "clusterroles", virtual: true},
		{verb: "bind", group: rbacGroup, resource: "clusterroles", virtual: true},
		{verb: "create", group: admissionGroup, resource: "mutatingwebhookconfigurations"},
		{verb: "create", group: admissionGroup, resource: "validatingwebhookconfigurations"},
		{verb: "create", group: admissionGroup, resource: "validatingadmissionpolicies"},
		{verb: "create", group: "apiextensions.k8s.io", resource: "customresourcedefinitions"},
		{verb: "impersonate", resource: "users", virtual: true},
		{verb: "impersonate", resource: "groups", virtual: true},
	}

	// At home (FP505): good to know, and normal for an account with cluster-admin there.
	reachHome = []reach{
		{verb: "impersonate", resource: "serviceaccounts", virtual: true},
		{verb: "create", resource: "serviceaccounts", subresource: "token"},
		{verb: "escalate", group: rbacGroup, resource: "roles", virtual: true},
		{verb: "bind", group: rbacGroup, resource: "roles", virtual: true},
	}

	// Of the default account under lockdown (FP505): samples of having anything at all, of which the
	// first is asked always.
	reachAtAll = []reach{
		{verb: "get", resource: "secrets"},
		{verb: "get", resource: "configmaps"},
		{verb: "create", resource: "pods"},
		{verb: "patch", group: "apps", resource: "deployments"},
		{verb: "create", group: rbacGroup, resource: "rolebindings"},
		{verb: "create", group: kustomizeGroup, resource: "kustomizations"},
	}

	// In a namespace that is not the tenant's (FP501, FP502).
	reachElsewhere = slices.Concat(
		reachFlux,
		reaches("", "secrets,configmaps", "create,update,patch,delete"),
		reaches("", "secrets", "watch"),
		reaches("", "pods,pods/ephemeralcontainers,replicationcontrollers", "create,update,patch"),
		reaches("", "pods/exec,pods/attach,pods/portforward", "get,create"),
		reaches("", "serviceaccounts", "update,patch"),
		unserved("", "serviceaccounts", "impersonate"),
		reaches("apps", "deployments,daemonsets,statefulsets,replicasets", "create,update,patch"),
		reaches("batch", "jobs,cronjobs", "create,update,patch"),
		reaches(rbacGroup, "roles,rolebindings", "create,update,patch"),
		unserved(rbacGroup, "roles", "escalate,bind"),
		unserved(rbacGroup, "clusterroles", "bind"),
		reaches(kustomizeGroup, "kustomizations", "create,update,patch,delete"),
		reaches(helmGroup, "helmreleases", "create,update,patch,delete"),
		reaches(sourceGroup, "gitrepositories,ocirepositories,buckets,helmrepositories,helmcharts,externalartifacts", "create,update,patch,delete"),
		reaches("source.extensions.fluxcd.io", "artifactgenerators", "create,update,patch"),
		reaches("image.toolkit.fluxcd.io", "imageupdateautomations", "create,update,patch"),
		reaches("fluxcd.controlplane.io", "resourcesets,fluxinstances", "create,update,patch"),
	)

	// At the cluster scope (FP503).
	reachBeyond = slices.Concat(
		reaches("", "namespaces,nodes,persistentvolumes", "create,update,patch,delete"),
		reaches("", "nodes/proxy", "get,create"),
		reaches(rbacGroup, "clusterroles,clusterrolebindings", "create,update,patch,delete"),
		reaches(admissionGroup, "mutatingwebhookconfigurations,validatingwebhookconfigurations,"+
			"validatingadmissionpolicies,validatingadmissionpolicybindings,mutatingadmissionpolicies,mutatingadmissionpolicybindings", "create,update,patch,delete"),
		reaches("apiextensions.k8s.io", "customresourcedefinitions", "create,update,patch,delete"),
		reaches("apiregistration.k8s.io", "apiservices", "create,update,patch,delete"),
		reaches("storage.k8s.io", "storageclasses", "create,update,patch,delete"),
		reaches("certificates.k8s.io", "certificatesigningrequests/approval", "update,patch"),
	)
)

// reaches are the accesses by verbs to resources of a group, each a list behind commas.
func reaches(group, resources, verbs string) []reach {
	var all []reach
	for resource := range strings.SplitSeq(resources, ",") {
		name, subresource, _ := strings.Cut(resource, "/")
		for verb := range strings.SplitSeq(verbs, ",") {
			all = append(all, reach{verb: verb, group: group, resource: name, subresource: subresource})
		}
	}
	return all
}

// unserved are those by verbs that only the authorizer knows.
func unserved(group, resource, verbs string) []reach {
	all := reaches(group, resource, verbs)
	for i := range all {
		all[i].virtual = true
	}
	return all
}
