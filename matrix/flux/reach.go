// SPDX-License-Identifier: Apache-2.0

package flux

const (
	rbacGroup      = "rbac.authorization.k8s.io"
	admissionGroup = "admissionregistration.k8s.io"
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	helmGroup      = "helm.toolkit.fluxcd.io"
	sourceGroup    = "source.toolkit.fluxcd.io"
)

// The accesses of section isolation: each would make a tenant's account another one, or let it read
// what it must not. What is implied by another of its list is left out, since every entry is asked
// for every tenant; impersonation is FP303.
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

	// Of the default account under lockdown (FP505): samples of having anything at all, of which only
	// the first is asked where no binding names the account.
	reachAtAll = []reach{
		{verb: "get", resource: "secrets"},
		{verb: "get", resource: "configmaps"},
		{verb: "create", resource: "pods"},
		{verb: "patch", group: "apps", resource: "deployments"},
		{verb: "create", group: rbacGroup, resource: "rolebindings"},
		{verb: "create", group: kustomizeGroup, resource: "kustomizations"},
	}
)
