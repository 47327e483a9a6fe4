// SPDX-License-Identifier: Apache-2.0

// Package paths walks the paths that flux-probe finds: on a real API server, a tenant's account does each step that the
// server alone can show, and then is what it is said to become. Once the grant is gone, it is not.
package paths

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// retry waits until the authorizer has read a change.
func retry[T any](ctx context.Context, do func() (T, error)) (T, error) {
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		value, err := do()
		if err == nil || time.Now().After(end) || ctx.Err() != nil {
			return value, err
		}
	}
}

// isAdmin asks the server, as somebody, whether everything is allowed.
func isAdmin(ctx context.Context, c *rest.Config) (bool, error) {
	return allowed(ctx, c, &authorizationv1.ResourceAttributes{Verb: "*", Group: "*", Resource: "*"})
}

func allowed(ctx context.Context, c *rest.Config, a *authorizationv1.ResourceAttributes) (bool, error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: a}}
	answer, err := clientOf(c).AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	return err == nil && answer.Status.Allowed, err
}

func find(t *testing.T, file, goal string) *paths.Report {
	t.Helper()
	config := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(&clientcmd.ClientConfigLoadingRules{ExplicitPath: file}, nil)
	opened, err := probecluster.OpenKubeconfig(probecluster.Kubeconfig{Config: config}, "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scan.Open(t.Context(), scan.Options{Target: scan.Cluster(opened, "test")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Paths(t.Context(), "apps/dev-team", goal)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWalk(t *testing.T) {
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	w := &walker{T: t, Cluster: c, admin: filepath.Join(t.TempDir(), "admin")}
	for _, n := range []string{"apps", "other"} {
		w.create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n, Labels: map[string]string{"toolkit.fluxcd.io/tenant": n}}})
		w.create(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: n, Name: "dev-team"}})
	}
	w.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "other", Name: "key"}})
	w.create(&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "boss"}, RoleRef: clusterAdmin(), Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "boss"}}})
	if err := c.UserKubeconfig(w.admin, "admin", "system:masters"); err != nil {
		t.Fatal(err)
	}
	tenant := filepath.Join(t.TempDir(), "tenant")
	if err := c.ServiceAccountKubeconfig(t.Context(), tenant, "apps", "dev-team"); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) { w.walk(t, step, config) })
	}
}

// walk plants a step, looks for its path, goes it, takes away what is proposed to be removed, and tries again.
func (w *walker) walk(t *testing.T, s step, config *rest.Config) {
	ctx, goal, reached := t.Context(), cmp.Or(s.goal, paths.ClusterAdmin), s.reached
	if reached == nil {
		reached = isAdmin
	}
	planted := s.plant()
	for _, o := range planted {
		w.create(o)
	}
	r := find(t, w.admin, goal)
	if len(r.Paths) != 1 || len(r.Paths[0].Hops) != s.hops || len(r.Cuts) != 1 || !r.Cuts[0].Proven || len(r.Unknown) > 0 {
		t.Fatalf("%+v", r)
	}
	for _, h := range r.Paths[0].Hops {
		if !h.Confirmed {
			t.Errorf("not confirmed: %+v", h)
		}
	}
	if len(r.Cuts[0].Remove) != 1 || !strings.Contains(r.Cuts[0].Remove[0], "planted") {
		t.Errorf("to be removed: %q", r.Cuts[0].Remove)
	}
	became, err := retry(ctx, func() (*rest.Config, error) { return s.walk(ctx, w, config) })
	if err != nil {
		t.Fatalf("the step cannot be done: %v", err)
	}
	done := false
	for end := time.Now().Add(5 * time.Second); !done && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		done, err = reached(ctx, became)
	}
	if !done {
		t.Errorf("the goal is not reached: %v", err)
	}
	for _, o := range taken() {
		w.remove(o)
	}
	w.cut(t, planted, r.Cuts[0].Remove[0])
	time.Sleep(300 * time.Millisecond) // until the authorizer has read it, as a rule
	if r := find(t, w.admin, goal); len(r.Paths) != 0 {
		t.Errorf("a path is left: %+v", r.Paths)
	}
	// The authorizer can be late, and what is taken before it has read everything is taken back.
	done = true
	for end := time.Now().Add(15 * time.Second); done && time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		became, err := s.walk(ctx, w, config)
		if done = err == nil; done {
			done, err = reached(ctx, became)
			done = done && err == nil
		}
		for _, o := range taken() {
			w.remove(o)
		}
	}
	if done {
		t.Error("the goal is reached although the grant is gone")
	}
	for _, o := range append(taken(), planted...) {
		w.remove(o)
	}
}
