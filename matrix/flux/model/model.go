// SPDX-License-Identifier: Apache-2.0

// Package model is what the checks look up: a snapshot of a cluster with its installs of Flux, the Deployments of
// their controllers, what these reconcile and as which accounts, inventories and tenants.
//
//	snapshot.Snapshot, facts ──detect──▶ New ──▶ Model ──▶ packages below checks
//
// A Model is built once for each run and does not change afterwards. The package asks nothing and judges nothing.
package model

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/version"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Options describe the Flux to be found and what is wanted of it. The zero value is all of every Flux.
type Options struct {
	FluxNamespace string // where Flux runs; found by its Deployments when empty
	FluxVersion   string // v2.9.5; found by labels when empty
	Namespace     string // only the accounts and objects of this namespace; "" for all
}

// Model is a snapshot with what is known about Flux in it.
type Model struct {
	*snapshot.Snapshot
	Facts            *facts.Facts
	Restricted       string // the namespace that checks are limited to; "" for all
	Installs         []*Install
	Deployments      []*Deployment // those of the controllers of all installs
	Reconciliations  []*Reconciliation
	Tenants          []Tenant
	TenantNamespaces []string // the namespaces of tenants, sorted

	components map[string][]*Deployment
	byObject   map[objectKey]*Reconciliation
	applied    map[applied]bool
}

type objectKey struct{ group, kind, namespace, name string }

// New builds the model of a snapshot.
func New(s *snapshot.Snapshot, o Options) *Model {
	m := &Model{
		Snapshot: s, Facts: facts.Load(), Restricted: o.Namespace,
		components: map[string][]*Deployment{}, byObject: map[objectKey]*Reconciliation{},
	}
	for _, install := range detect.Detect(s, detect.Options{Namespace: o.FluxNamespace, Version: o.FluxVersion}) {
		m.addInstall(install)
	}
	for _, object := range s.Objects {
		if m.Facts.Components.KindApplies(object.Group, object.Kind) {
			r := Effective(object, m.Controller(object))
			r.Inventory = readInventory(object)
			m.Reconciliations = append(m.Reconciliations, &r)
			m.byObject[keyOf(object)] = &r
		}
	}
	m.findTenants()
	m.applied = m.findApplied()
	return m
}

func keyOf(o snapshot.Object) objectKey { return objectKey{o.Group, o.Kind, o.Namespace, o.Name} }

// RestrictedTo returns the same model with checks limited to another namespace; "" for all.
func (m *Model) RestrictedTo(namespace string) *Model {
	restricted := *m
	restricted.Restricted = namespace
	return &restricted
}

// KubernetesVersion returns the version of the API server; zero when it is not known.
func (m *Model) KubernetesVersion() version.Version {
	v, _ := version.Parse(m.Kubernetes)
	return v
}

// Includes reports whether checks are wanted about what belongs to namespace.
func (m *Model) Includes(namespace string) bool {
	return m.Restricted == "" || m.Restricted == namespace
}

// RunsFlux reports whether controllers of Flux run in namespace.
func (m *Model) RunsFlux(namespace string) bool {
	return slices.ContainsFunc(m.Installs, func(i *Install) bool { return i.Namespace == namespace })
}

// Component returns the Deployments of a component, in all installs.
func (m *Model) Component(name string) []*Deployment { return m.components[name] }

// Controller returns the Deployment that reconciles o, nil when none does. If two installs watch it, it is that of
// o's own namespace, or else the first.
func (m *Model) Controller(o snapshot.Object) *Deployment {
	component, _ := m.Facts.Components.Of(o.Group, o.Kind)
	var found *Deployment
	for _, d := range m.components[component.Name] {
		if d.watches(o) && (found == nil || found.Namespace != o.Namespace && d.Namespace == o.Namespace) {
			found = d
		}
	}
	return found
}

// Reconciliation returns how o is reconciled; false when o does not apply other objects.
func (m *Model) Reconciliation(o snapshot.Object) (*Reconciliation, bool) {
	r, ok := m.byObject[keyOf(o)]
	return r, ok
}

// Exists returns Pass or Missing for an account, or Undetermined when ServiceAccounts could not be listed.
func (m *Model) Exists(account matrix.Subject) matrix.Verdict {
	switch _, ok := m.Account(account); {
	case ok:
		return matrix.Pass
	case m.WhyUnread("", "serviceaccounts") != "":
		return matrix.Undetermined
	default:
		return matrix.Missing
	}
}
