// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"slices"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Namespaces are the names of the target's namespaces, for completion in a shell.
func (t Target) Namespaces(ctx context.Context) ([]string, error) {
	if t.cluster != nil {
		return t.cluster.Namespaces(ctx)
	}
	s, err := t.offline()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range s.Namespaces {
		names = append(names, n.Name)
	}
	return names, nil
}

// ServiceAccounts are the service accounts of a namespace as NAMESPACE/NAME, for completion; of all
// namespaces when it is empty.
func (t Target) ServiceAccounts(ctx context.Context, namespace string) ([]string, error) {
	if t.cluster != nil {
		return t.cluster.ServiceAccounts(ctx, namespace)
	}
	s, err := t.offline()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range s.ServiceAccounts {
		if namespace == "" || a.Namespace == namespace {
			names = append(names, a.Namespace+"/"+a.Name)
		}
	}
	return names, nil
}

// Resources are what the target serves, for completion.
func (t Target) Resources(ctx context.Context) ([]snapshot.Resource, error) {
	if t.cluster != nil {
		return t.cluster.Resources(ctx)
	}
	s, err := t.offline()
	if err != nil {
		return nil, err
	}
	return s.Resources, nil
}

// FluxKinds are the resources of the target that Flux defines and that hold objects, for completion.
func (t Target) FluxKinds(ctx context.Context) ([]snapshot.Resource, error) {
	resources, err := t.Resources(ctx)
	return slices.DeleteFunc(slices.Clone(resources), func(r snapshot.Resource) bool { return !facts.IsGroup(r.Group) || r.Subresource != "" }), err
}

// Objects are the names of the objects of a kind in a namespace, for completion; in all namespaces when it
// is empty.
func (t Target) Objects(ctx context.Context, kind snapshot.Resource, namespace string) ([]string, error) {
	if t.cluster != nil {
		return t.cluster.Names(ctx, kind, namespace)
	}
	s, err := t.offline()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range s.Objects {
		if o.Group == kind.Group && o.Kind == kind.Kind && (namespace == "" || o.Namespace == namespace) {
			names = append(names, o.Name)
		}
	}
	return names, nil
}

// offline is what the manifests of a target without a cluster would make of an empty one.
func (t Target) offline() (*snapshot.Snapshot, error) {
	m, err := t.manifests()
	if err != nil {
		return nil, err
	}
	s, _, err := m.Snapshot(manifests.Options{KubeVersion: t.kubeVersion})
	return s, err
}
