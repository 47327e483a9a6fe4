// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"encoding/json"
	"maps"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Over is what a cluster becomes by applying the manifests to it, and the objects that are applied, in their order.
// Objects of namespaced kinds that name no namespace get the one that is given; they are without one if it is empty.
// The error is an *Error.
func (m *Manifests) Over(base *snapshot.Snapshot, namespace string) (*snapshot.Snapshot, []snapshot.Planned, error) {
	s := &reading{
		Snapshot: &snapshot.Snapshot{
			Kubernetes: base.Kubernetes, FailedGroups: base.FailedGroups,
			Definitions: maps.Clone(base.Definitions), Places: maps.Clone(base.Places), Unread: base.Unread, Forbidden: base.Forbidden,
		},
		kubernetes: beneath(base), namespace: namespace, resources: map[string]snapshot.Resource{},
	}
	if s.Definitions == nil {
		s.Definitions = map[string]snapshot.Definition{}
	}
	if err := s.serve(m.objects); err != nil {
		return nil, nil, err
	}
	s.Resources = slices.CompactFunc(s.sorted(), func(a, b snapshot.Resource) bool {
		return a.Group == b.Group && a.Resource == b.Resource && a.Subresource == b.Subresource
	})
	var placed []object
	var planned []snapshot.Planned
	for _, o := range m.objects {
		if o.group == konfigGroup { // Flux leaves out what is for kustomize (fluxcd/pkg ssa/utils/object.go@v0.76.2)
			continue
		}
		if o.name == "" {
			return nil, nil, o.problem(o.lineOf("metadata"), "the %s has no metadata.name", o.kind)
		}
		o = s.place(o)
		s.locate(o)
		if err := s.add(o); err != nil {
			return nil, nil, err
		}
		p := o.planned()
		var err error
		if p.Content, err = o.content(); err != nil {
			return nil, nil, err
		}
		placed, planned = append(placed, o), append(planned, p)
	}
	if err := s.rbac(placed); err != nil {
		return nil, nil, err
	}
	s.keepAggregated(base)
	s.keepOthers(base)
	s.services(placed)
	s.Admission = base.Admission.With(&s.Admission)
	s.sort()
	return s.Snapshot, planned, nil
}

const konfigGroup = "kustomize.config.k8s.io"

// planned is what is known of an object that is about to be applied, without its content.
func (o object) planned() snapshot.Planned {
	return snapshot.Planned{
		Group: o.group, Version: o.version, Kind: o.kind, Namespace: o.namespace, Name: o.name,
		Labels: o.labels, Annotations: o.annotations, Place: o.location(),
	}
}

// content decodes the object; nil if it was not kept.
func (o object) content() (content map[string]any, err error) {
	if o.whole == nil {
		return nil, nil
	}
	if err := json.Unmarshal(o.whole, &content); err != nil {
		return nil, o.problem(o.line, "it is no Kubernetes object: %v", err)
	}
	return content, nil
}

// beneath is a cluster in place of the empty one that manifests are applied to otherwise.
func beneath(base *snapshot.Snapshot) *Kubernetes {
	k := &Kubernetes{Version: base.Kubernetes}
	for _, r := range base.Resources {
		k.Resources = append(k.Resources, Resource(r))
	}
	for _, r := range base.Roles {
		k.Roles = append(k.Roles, Role(r))
	}
	for _, b := range base.Bindings {
		k.Bindings = append(k.Bindings, Binding(b))
	}
	return k
}

// sorted are the resources, those of definitions that are applied before those that are served by now.
func (s *reading) sorted() []snapshot.Resource {
	all := slices.Clone(s.Resources)
	slices.Reverse(all)
	slices.SortStableFunc(all, compareResources)
	return all
}

// keepOthers adds what the base has and the manifests do not replace.
func (s *reading) keepOthers(base *snapshot.Snapshot) {
	s.Namespaces = others(base.Namespaces, s.Namespaces, func(n snapshot.Namespace) string { return n.Name })
	s.ServiceAccounts = others(base.ServiceAccounts, s.ServiceAccounts, func(a snapshot.ServiceAccount) matrix.Subject {
		return matrix.ServiceAccount(a.Namespace, a.Name)
	})
	type id struct{ group, kind, namespace, name string }
	s.Objects = others(base.Objects, s.Objects, func(o snapshot.Object) id { return id{o.Group, o.Kind, o.Namespace, o.Name} })
	s.Deployments = others(base.Deployments, s.Deployments, func(d appsv1.Deployment) id { return id{"", "", d.Namespace, d.Name} })
}

// others are all of given, and those of base with other keys.
func others[T any, K comparable](base, given []T, key func(T) K) []T {
	have := map[K]bool{}
	for _, one := range given {
		have[key(one)] = true
	}
	return append(given, slices.DeleteFunc(slices.Clone(base), func(one T) bool { return have[key(one)] })...)
}

// keepAggregated gives the aggregated roles the rules that the cluster has computed, unless the manifests change their
// parts.
func (s *reading) keepAggregated(base *snapshot.Snapshot) {
	before := rbac.New(rbac.Aggregate(base.Roles), nil)
	for i, role := range s.Roles {
		was, existed := before.Role(role.Namespace, role.Name)
		if existed && role.Aggregation != nil && equality.Semantic.DeepEqual(was.Rules, role.Rules) {
			live, _ := base.RBAC().Role(role.Namespace, role.Name)
			s.Roles[i].Rules = live.Rules
		}
	}
}
