// SPDX-License-Identifier: Apache-2.0

// Package authorizer compares probe/rbac with the RBAC authorizer of Kubernetes itself, on random roles,
// bindings and requests. It is a module of its own because that authorizer is part of k8s.io/kubernetes.
package authorizer

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	kubernetes "k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

var questions = flag.Int("questions", 1_000_000, "how many random requests are compared")

// perCluster is how many requests are asked of each random set of roles and bindings.
const perCluster = 2_000

// TestSameAnswers wants probe/rbac to allow exactly what the authorizer of Kubernetes allows.
func TestSameAnswers(t *testing.T) {
	allowed := 0
	for i := 0; i*perCluster < *questions; i++ {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		objects := newObjects(random)
		roles, bindings := objects.roles(), objects.bindings()
		index := rbac.New(rbac.Aggregate(roles), bindings)
		theirs := kubernetes.New(objects, objects, objects, objects)
		for range perCluster {
			review := matrix.Review{Subject: matrix.Share(randomSubject(random)), Access: randomAccess(random)}
			decision, reason, _ := theirs.Authorize(t.Context(), attributes(review))
			if ours := index.Allowed(review); ours != (decision == authorizer.DecisionAllow) {
				t.Fatalf("seed %d: %s as %s: ours %v, Kubernetes %v (%s)", i, review.Access, review.Subject.Get(), ours, decision, reason)
			}
			if decision == authorizer.DecisionAllow {
				allowed++
			}
		}
	}
	t.Logf("%d of %d requests are allowed", allowed, *questions)
	if allowed < *questions/50 || allowed > *questions*49/50 {
		t.Errorf("only one answer is compared: %d of %d are allowed", allowed, *questions)
	}
}

// attributes is the request of a review as the authorizer gets it.
func attributes(r matrix.Review) authorizer.Attributes {
	a := r.Access
	return authorizer.AttributesRecord{
		User: &user.DefaultInfo{Name: r.Subject.Get().User(), Groups: r.Subject.Get().Groups()},
		Verb: a.Verb, Namespace: a.Namespace, APIGroup: a.Group, Resource: a.Resource, Subresource: a.Subresource, Name: a.Name,
		ResourceRequest: a.Path == "", Path: a.Path,
	}
}

// objects are the roles and bindings of a cluster, and answer as the listers of the authorizer do.
type objects struct {
	clusterRoles        map[string]*rbacv1.ClusterRole
	namespacedRoles     map[string]*rbacv1.Role
	clusterRoleBindings []*rbacv1.ClusterRoleBinding
	roleBindings        map[string][]*rbacv1.RoleBinding
}

func (o *objects) GetRole(_ context.Context, namespace, name string) (*rbacv1.Role, error) {
	if r, ok := o.namespacedRoles[namespace+"/"+name]; ok {
		return r, nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: rbacv1.GroupName, Resource: "roles"}, name)
}

func (o *objects) GetClusterRole(_ context.Context, name string) (*rbacv1.ClusterRole, error) {
	if r, ok := o.clusterRoles[name]; ok {
		return r, nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{Group: rbacv1.GroupName, Resource: "clusterroles"}, name)
}

func (o *objects) ListClusterRoleBindings(context.Context) ([]*rbacv1.ClusterRoleBinding, error) {
	return o.clusterRoleBindings, nil
}

func (o *objects) ListRoleBindings(_ context.Context, namespace string) ([]*rbacv1.RoleBinding, error) {
	return o.roleBindings[namespace], nil
}

// roles are those of o as probe/rbac takes them: aggregated ones without rules, which it computes.
func (o *objects) roles() []rbac.Role {
	var roles []rbac.Role
	for _, r := range o.clusterRoles {
		role := rbac.Role{Name: r.Name, Labels: r.Labels, Rules: r.Rules, Aggregation: r.AggregationRule}
		if r.AggregationRule != nil {
			role.Rules = nil
		}
		roles = append(roles, role)
	}
	for _, r := range o.namespacedRoles {
		roles = append(roles, rbac.Role{Namespace: r.Namespace, Name: r.Name, Rules: r.Rules})
	}
	return roles
}

func (o *objects) bindings() []rbac.Binding {
	var bindings []rbac.Binding
	for _, b := range o.clusterRoleBindings {
		bindings = append(bindings, rbac.Binding{Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects})
	}
	for _, list := range o.roleBindings {
		for _, b := range list {
			bindings = append(bindings, rbac.Binding{Namespace: b.Namespace, Name: b.Name, RoleRef: b.RoleRef, Subjects: b.Subjects})
		}
	}
	return bindings
}

// aggregate gives the aggregated ClusterRoles the rules of the roles that their labels select, as
// kube-controller-manager does: parts are plain roles here, so that one pass does it.
func (o *objects) aggregate() {
	for _, whole := range o.clusterRoles {
		if whole.AggregationRule == nil {
			continue
		}
		whole.Rules = nil
		for _, selector := range whole.AggregationRule.ClusterRoleSelectors {
			matching, err := metav1.LabelSelectorAsSelector(&selector)
			if err != nil {
				continue
			}
			for i := range len(o.clusterRoles) {
				part := o.clusterRoles[fmt.Sprintf("role-%d", i)]
				if part != nil && part.AggregationRule == nil && matching.Matches(labelSet(part.Labels)) {
					whole.Rules = append(whole.Rules, part.Rules...)
				}
			}
		}
	}
}
