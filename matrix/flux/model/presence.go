// SPDX-License-Identifier: Apache-2.0

package model

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Presence is whether an object exists on the cluster.
type Presence int

// What is known of an object.
const (
	Unknown Presence = iota
	Present
	Absent
)

// Presence looks an object up in what was read: by itself, in the inventory, and in the lists of its kind.
func (m *Model) Presence(p Plan, o snapshot.Planned) Presence {
	e := EntryOf(o)
	known := func(exists bool) Presence {
		if exists {
			return Present
		}
		return Absent
	}
	if live, ok := p.Live[e]; ok {
		return known(live.Exists)
	}
	if _, there := m.Namespace(e.Namespace); e.Namespace != "" && !there && m.WhyUnread("", "namespaces") == "" {
		return Absent
	}
	for _, had := range p.Inventory.Entries {
		if had == e {
			return Present
		}
	}
	resource, served := m.ResourceOf(e.Group, e.Kind)
	if !served {
		return known(m.FailedGroup(e.Group) != "")
	}
	if m.WhyUnread(resource.Group, resource.Resource) != "" {
		return Unknown
	}
	switch resource.Group + "/" + resource.Kind {
	case "/Namespace":
		_, ok := m.Namespace(e.Name)
		return known(ok)
	case "/ServiceAccount":
		_, ok := m.Account(matrix.ServiceAccount(e.Namespace, e.Name))
		return known(ok)
	case rbacv1.GroupName + "/Role", rbacv1.GroupName + "/ClusterRole":
		_, ok := m.RBAC().Role(e.Namespace, e.Name)
		return known(ok)
	case rbacv1.GroupName + "/RoleBinding", rbacv1.GroupName + "/ClusterRoleBinding":
		_, ok := m.RBAC().Binding(e.Namespace, e.Name)
		return known(ok)
	}
	if m.Facts.Components.IsGroup(e.Group) {
		_, ok := m.Object(e.Group, e.Kind, e.Namespace, e.Name)
		return known(ok)
	}
	return Unknown
}
