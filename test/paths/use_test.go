// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"context"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// How a tenant uses what it is granted: each returns as whom it can go on.

func stay(_ context.Context, _ *walker, c *rest.Config) (*rest.Config, error) { return c, nil }

func always(context.Context, *rest.Config) (bool, error) { return true, nil }

// may asks the server, as somebody, for one access.
func may(verb, resource, namespace string) func(context.Context, *rest.Config) (bool, error) {
	return func(ctx context.Context, c *rest.Config) (bool, error) {
		return allowed(ctx, c, &authorizationv1.ResourceAttributes{Verb: verb, Resource: resource, Namespace: namespace})
	}
}

func become(user string, groups ...string) func(context.Context, *walker, *rest.Config) (*rest.Config, error) {
	return func(_ context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
		return as(c, rest.ImpersonationConfig{UserName: user, Groups: groups}), nil
	}
}

func mint(ctx context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
	return token(ctx, c, "flux-system", "kustomize-controller")
}

func token(ctx context.Context, c *rest.Config, namespace, name string) (*rest.Config, error) {
	made, err := clientOf(c).CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return bearing(c, made.Status.Token), nil
}

func bearing(c *rest.Config, token string) *rest.Config {
	other := rest.AnonymousClientConfig(c)
	other.BearerToken = token
	return other
}

func bind(ctx context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
	b := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "taken"}, RoleRef: clusterAdmin(), Subjects: myself}
	_, err := clientOf(c).RbacV1().ClusterRoleBindings().Create(ctx, b, metav1.CreateOptions{})
	return c, err
}

func bindThere(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
	b := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "taken"}, RoleRef: clusterAdmin(), Subjects: myself}
	if _, err := clientOf(c).RbacV1().RoleBindings("flux-system").Create(ctx, b, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	return retry(ctx, func() (*rest.Config, error) { return mint(ctx, w, c) })
}

func escalate(ctx context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
	roles := clientOf(c).RbacV1().ClusterRoles()
	role, err := roles.Get(ctx, "planted", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	role.Rules = append(role.Rules, rule([]string{"*"}, "*", nil, "*"))
	_, err = roles.Update(ctx, role, metav1.UpdateOptions{})
	return c, err
}

func escalateThere(ctx context.Context, w *walker, c *rest.Config) (*rest.Config, error) {
	roles := clientOf(c).RbacV1().Roles("flux-system")
	role, err := roles.Get(ctx, "planted", metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	role.Rules = append(role.Rules, rule(core, "serviceaccounts/token", nil, "create"))
	if _, err = roles.Update(ctx, role, metav1.UpdateOptions{}); err != nil {
		return nil, err
	}
	return retry(ctx, func() (*rest.Config, error) { return mint(ctx, w, c) })
}

func readKey(ctx context.Context, _ *walker, c *rest.Config) (*rest.Config, error) {
	_, err := clientOf(c).CoreV1().Secrets("other").Get(ctx, "key", metav1.GetOptions{})
	return c, err
}
