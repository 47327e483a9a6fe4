// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"context"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/probe/paths"
)

var (
	rbacGroup = []string{rbacv1.GroupName}
	core      = []string{""}
	myself    = []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: "apps", Name: "dev-team"}}
	myGroup   = []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "system:serviceaccounts:apps"}}
)

func rule(groups []string, resource string, names []string, verbs ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: groups, Resources: []string{resource}, ResourceNames: names, Verbs: verbs}
}

func clusterAdmin() rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"}
}

func clientOf(c *rest.Config) kubernetes.Interface { return kubernetes.NewForConfigOrDie(c) }

func as(c *rest.Config, who rest.ImpersonationConfig) *rest.Config {
	other := rest.CopyConfig(c)
	other.Impersonate = who
	return other
}

const kustomizeController = "system:serviceaccount:flux-system:kustomize-controller"

// step is a kind of step: what is granted, how a tenant uses it, and how to see that the goal is reached.
type step struct {
	name    string
	goal    string // paths.ClusterAdmin when empty
	hops    int
	plant   func() []client.Object
	walk    func(context.Context, *walker, *rest.Config) (*rest.Config, error)
	reached func(context.Context, *rest.Config) (bool, error) // isAdmin when nil
}

var steps = []step{
	{name: "token", hops: 2, plant: granted("flux-system", rule(core, "serviceaccounts/token", []string{"kustomize-controller"}, "create")), walk: mint},
	{name: "token, granted to a group", hops: 2, plant: grantedTo(myGroup, "flux-system", rule(core, "serviceaccounts/token", nil, "create")), walk: mint},
	{name: "impersonate an account", hops: 2, plant: granted("flux-system", rule(core, "serviceaccounts", nil, "impersonate")), walk: become(kustomizeController)},
	{name: "impersonate a user", hops: 2, plant: granted("", rule(core, "users", []string{"boss"}, "impersonate")), walk: become("boss")},
	{name: "impersonate a group", hops: 2, plant: granted("",
		rule(core, "users", []string{"nobody"}, "impersonate"), rule(core, "groups", []string{"system:masters"}, "impersonate")), walk: become("nobody", "system:masters")},
	{name: "impersonate for one kind of request", hops: 3, plant: granted("",
		rule([]string{"authentication.k8s.io"}, "serviceaccounts", []string{"kustomize-controller"}, "impersonate:serviceaccount"),
		rule(rbacGroup, "clusterrolebindings", nil, "impersonate-on:serviceaccount:create")),
		walk: func(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
			_, err := bind(ctx, w, as(c, rest.ImpersonationConfig{UserName: kustomizeController}))
			return c, err
		}},
	{name: "bind", hops: 2, plant: granted("", rule(rbacGroup, "clusterroles", nil, "bind"), rule(rbacGroup, "clusterrolebindings", nil, "create")), walk: bind},
	{name: "bind one role", hops: 2, plant: granted("", rule(rbacGroup, "clusterroles", []string{"cluster-admin"}, "bind"), rule(rbacGroup, "clusterrolebindings", nil, "create")), walk: bind},
	{name: "bind where Flux runs", hops: 3, plant: granted("flux-system", rule(rbacGroup, "clusterroles", nil, "bind"), rule(rbacGroup, "rolebindings", nil, "create")), walk: bindThere},
	{name: "escalate", hops: 2, plant: granted("", rule(rbacGroup, "clusterroles", []string{"planted"}, "escalate", "get", "patch", "update")), walk: escalate},
	{name: "escalate a Role where Flux runs", hops: 3, plant: grantedByRole("flux-system", rule(rbacGroup, "roles", []string{"planted"}, "escalate", "get", "patch", "update")), walk: escalateThere},
	{name: "change what others write", hops: 1, plant: granted("", rule([]string{"admissionregistration.k8s.io"}, "mutatingwebhookconfigurations", nil, "create")), walk: admit},
	{name: "token in a Secret", hops: 3, plant: granted("flux-system", rule(core, "secrets", nil, "create", "get")), walk: tokenSecret},
	{name: "certificate", hops: 4, plant: granted("", rule([]string{"certificates.k8s.io"}, "certificatesigningrequests", nil, "create"),
		rule([]string{"certificates.k8s.io"}, "certificatesigningrequests/approval", nil, "update"),
		rule([]string{"certificates.k8s.io"}, "signers", []string{"kubernetes.io/kube-apiserver-client"}, "approve")), walk: certificate},
	{name: "every Secret", goal: paths.Secrets, hops: 1, plant: granted("", rule(core, "secrets", nil, "list")), walk: stay,
		reached: may("list", "secrets", "")},
	{name: "a tenant's Secret", goal: paths.Tenant, hops: 1, plant: granted("other", rule(core, "secrets", []string{"key"}, "get")), walk: readKey, reached: always},
	{name: "a tenant's token", goal: paths.Tenant, hops: 1, plant: granted("other", rule(core, "serviceaccounts/token", nil, "create")),
		walk: func(ctx context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
			return token(ctx, c, "other", "dev-team")
		}, reached: always},
}
