// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// The lists of RBAC objects as Snapshot.Unread names them.
const (
	listServiceAccounts     = "serviceaccounts"
	listClusterRoles        = "clusterroles.rbac.authorization.k8s.io"
	listClusterRoleBindings = "clusterrolebindings.rbac.authorization.k8s.io"
)

// bound is how ClusterRoles are bound to accounts in the whole cluster, as read. Names differ by
// installer (crd-controller, crd-controller-flux-system), so that roles are told by what they grant
// and by whom they are bound to. What these objects say only explains answers and names objects.
type bound struct {
	roles    map[string]Role // ClusterRoles by name
	bindings []Binding       // ClusterRoleBindings
	unread   string          // why one of the two could not be read; "" when both were
}

func newBound(s *Snapshot) *bound {
	b := &bound{roles: make(map[string]Role, len(s.Roles))}
	for _, list := range []string{listClusterRoles, listClusterRoleBindings} {
		if reason, ok := s.Unread[list]; ok {
			b.unread = list + " could not be read: " + reason
		}
	}
	for _, r := range s.Roles {
		if r.Namespace == "" {
			b.roles[r.Name] = r
		}
	}
	for _, x := range s.Bindings {
		if x.Namespace == "" && x.RoleRef.Kind == "ClusterRole" {
			b.bindings = append(b.bindings, x)
		}
	}
	return b
}

// of are the bindings that name subject.
func (b *bound) of(subject matrix.Subject) []Binding {
	var found []Binding
	for _, x := range b.bindings {
		if slices.ContainsFunc(x.Subjects, isSubject(subject)) {
			found = append(found, x)
		}
	}
	return found
}

func toSubject(s rbacv1.Subject) matrix.Subject {
	return matrix.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}
}

// isSubject finds subject among those of a binding.
func isSubject(subject matrix.Subject) func(rbacv1.Subject) bool {
	return func(s rbacv1.Subject) bool { return toSubject(s) == subject }
}

// rules are the rules of a role that are about all names.
func (r Role) rules() []rule {
	var rules []rule
	for _, p := range r.Rules {
		if len(p.ResourceNames) == 0 {
			rules = append(rules, rule{Groups: p.APIGroups, Resources: p.Resources, Paths: p.NonResourceURLs, Verbs: p.Verbs})
		}
	}
	return rules
}

// isAdmin says whether the role grants everything, as the built-in cluster-admin does.
func (r Role) isAdmin() bool {
	return anyCovers(r.rules(), matrix.Attributes{Verb: "*", Group: "*", Resource: "*"})
}

// grantsFlux says whether the role is one like crd-controller: everything in some group of Flux's, by
// name of the group.
func (r Role) grantsFlux() bool {
	return slices.ContainsFunc(r.rules(), func(rule rule) bool {
		return slices.ContainsFunc(rule.Groups, IsGroup) && slices.Contains(rule.Resources, "*") && slices.Contains(rule.Verbs, "*")
	})
}

// onlyImpersonates says whether the role is one like the community chart's cluster-reconciler-impersonator:
// it grants impersonation of ServiceAccounts and nothing else (fluxcd-community/helm-charts PR 112).
func (r Role) onlyImpersonates() bool {
	rules := r.rules()
	return len(rules) > 0 && len(rules) == len(r.Rules) && !slices.ContainsFunc(rules, func(rule rule) bool {
		return !slices.Equal(rule.Resources, []string{"serviceaccounts"}) || !slices.Equal(rule.Verbs, []string{"impersonate"})
	})
}

// holds says whether a ClusterRole for which want is true is bound to subject by name.
func (b *bound) holds(subject matrix.Subject, want func(Role) bool) bool {
	return slices.ContainsFunc(b.of(subject), func(x Binding) bool { return want(b.roles[x.RoleRef.Name]) })
}
