// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// lookup finds what a Snapshot holds by name.
type lookup struct {
	resources  map[resourceKey]Resource
	kinds      map[resourceKey]Resource
	failed     map[string]string // reasons by API group
	accounts   map[matrix.Subject]ServiceAccount
	namespaces map[string]Namespace
	objects    map[objectKey]Object
	rbac       *rbac.Index
}

type resourceKey struct{ group, name, subresource string }

type objectKey struct{ group, kind, namespace, name string }

// index builds the lookup when it is first needed: a Snapshot does not change after it was filled.
func (s *Snapshot) index() *lookup {
	s.once.Do(func() {
		x := &lookup{
			resources:  make(map[resourceKey]Resource, len(s.Resources)),
			kinds:      make(map[resourceKey]Resource, len(s.Resources)),
			failed:     make(map[string]string, len(s.FailedGroups)),
			accounts:   make(map[matrix.Subject]ServiceAccount, len(s.ServiceAccounts)),
			namespaces: make(map[string]Namespace, len(s.Namespaces)),
			objects:    make(map[objectKey]Object, len(s.Objects)),
			rbac:       rbac.New(s.Roles, s.Bindings),
		}
		for _, r := range s.Resources {
			x.resources[resourceKey{r.Group, r.Resource, r.Subresource}] = r
			if r.Subresource == "" {
				x.kinds[resourceKey{r.Group, r.Kind, ""}] = r
			}
		}
		for _, f := range s.FailedGroups {
			x.failed[f.Group] = f.Reason
		}
		for _, a := range s.ServiceAccounts {
			x.accounts[matrix.ServiceAccount(a.Namespace, a.Name)] = a
		}
		for _, n := range s.Namespaces {
			x.namespaces[n.Name] = n
		}
		for _, o := range s.Objects {
			x.objects[objectKey{o.Group, o.Kind, o.Namespace, o.Name}] = o
		}
		s.lookup = x
	})
	return s.lookup
}

// RBAC returns the roles and bindings arranged by subject.
func (s *Snapshot) RBAC() *rbac.Index { return s.index().rbac }

// Resource finds a resource, or a subresource of it, that discovery serves.
func (s *Snapshot) Resource(group, resource, subresource string) (Resource, bool) {
	r, ok := s.index().resources[resourceKey{group, resource, subresource}]
	return r, ok
}

// ResourceOf finds the resource that serves a kind.
func (s *Snapshot) ResourceOf(group, kind string) (Resource, bool) {
	r, ok := s.index().kinds[resourceKey{group, kind, ""}]
	return r, ok
}

// FailedGroup returns why discovery of an API group failed; "" when it did not.
func (s *Snapshot) FailedGroup(group string) string { return s.index().failed[group] }

// Account finds a ServiceAccount.
func (s *Snapshot) Account(subject matrix.Subject) (ServiceAccount, bool) {
	a, ok := s.index().accounts[subject]
	return a, ok
}

// Absent reports whether subject is a ServiceAccount that is known not to exist: it is false when
// ServiceAccounts could not be listed.
func (s *Snapshot) Absent(subject matrix.Subject) bool {
	_, exists := s.Account(subject)
	return subject.Kind == matrix.KindServiceAccount && !exists && s.Unread["serviceaccounts"] == ""
}

// Namespace finds a Namespace.
func (s *Snapshot) Namespace(name string) (Namespace, bool) {
	n, ok := s.index().namespaces[name]
	return n, ok
}

// Object finds a custom resource.
func (s *Snapshot) Object(group, kind, namespace, name string) (Object, bool) {
	o, ok := s.index().objects[objectKey{group, kind, namespace, name}]
	return o, ok
}

// WhyUnread returns why the list of a resource could not be read; "" when it was.
func (s *Snapshot) WhyUnread(group, resource string) string {
	return s.Unread[ResourceName(group, resource)]
}

// ResourceName returns the name of a resource as Unread has it: namespaces, roles.rbac.authorization.k8s.io.
func ResourceName(group, resource string) string {
	if group == "" {
		return resource
	}
	return resource + "." + group
}

// WhyRBACUnread returns which list of roles or bindings could not be read, and why; "" when all of
// RBAC is known. What RBAC explains is partial otherwise.
func (s *Snapshot) WhyRBACUnread() string {
	if resource := s.unreadRBAC(); resource != "" {
		return resource + ": " + s.Unread[resource]
	}
	return ""
}

// unreadRBAC returns the first list of roles or bindings that could not be read.
func (s *Snapshot) unreadRBAC() string {
	for _, resource := range []string{"clusterroles", "clusterrolebindings", "roles", "rolebindings"} {
		if resource += ".rbac.authorization.k8s.io"; s.Unread[resource] != "" {
			return resource
		}
	}
	return ""
}

// UnreadGap describes what is not checked because the list of a resource, as Unread names it, could not
// be read.
func (s *Snapshot) UnreadGap(resource, what, why string) matrix.Gap {
	g := matrix.Gap{What: what, Why: why, Kind: matrix.Broken, Resource: resource}
	if s.Forbidden[resource] {
		g.Kind = matrix.Forbidden
	}
	return g
}

// UnreadRBACGap describes what is not checked because RBAC is not known in full.
func (s *Snapshot) UnreadRBACGap(what, why string) matrix.Gap {
	return s.UnreadGap(s.unreadRBAC(), what, why)
}

// Located returns o with the file and line of its object, where that is one of manifests; unchanged if it has them.
func (s *Snapshot) Located(o matrix.Origin) matrix.Origin {
	if o.File != "" {
		return o
	}
	if at, ok := s.Places[matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}]; ok {
		o.File, o.Line = at.File, at.Line
	}
	return o
}
