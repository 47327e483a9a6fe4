// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"cmp"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Options complete what the manifests contain. The zero value is the newest Kubernetes that is known.
type Options struct {
	KubeVersion string // v1.37 or v1.37.2; the newest that is known when empty
}

// reading is a Snapshot in the making.
type reading struct {
	*snapshot.Snapshot
	kubernetes *Kubernetes
	options    Options
	namespace  string                       // of objects that name none
	resources  map[string]snapshot.Resource // by group and kind
	gaps       []matrix.Gap
}

// Snapshot is the cluster that the manifests would make of an empty one, and what that leaves
// unknown. The error is an *Error, or that of a version that is none.
func (m *Manifests) Snapshot(o Options) (*snapshot.Snapshot, []matrix.Gap, error) {
	kubernetes, err := Builtin(o.KubeVersion)
	if err != nil {
		return nil, nil, err
	}
	s := &reading{
		Snapshot:   &snapshot.Snapshot{Kubernetes: cmp.Or(o.KubeVersion, kubernetes.Version), Definitions: map[string]snapshot.Definition{}},
		kubernetes: kubernetes, options: o, namespace: corev1.NamespaceDefault, resources: map[string]snapshot.Resource{},
	}
	if err := s.serve(m.objects); err != nil {
		return nil, nil, err
	}
	placed := make([]object, len(m.objects))
	for i, o := range m.objects {
		placed[i] = s.place(o)
		s.locate(placed[i])
		if err := s.add(placed[i]); err != nil {
			return nil, nil, err
		}
	}
	if err := s.rbac(placed); err != nil {
		return nil, nil, err
	}
	s.implied()
	s.services(placed)
	s.inventories(m, placed)
	s.sort()
	s.unknown(m)
	return s.Snapshot, s.gaps, nil
}

// serve finds out which resources there are: those of Kubernetes and of the CustomResourceDefinitions.
func (s *reading) serve(objects []object) error {
	for _, r := range s.kubernetes.Resources {
		if r.Subresource == "" {
			r.ShortNames = shortNames[r.Group+"/"+r.Resource]
		}
		s.Resources = append(s.Resources, snapshot.Resource(r))
	}
	for _, o := range objects {
		if o.group != extensions || o.raw == nil {
			continue
		}
		d, err := decode[definition](o)
		if err != nil {
			return err
		}
		s.Resources = append(s.Resources, d.resources()...)
		s.Definitions[o.name] = snapshot.Definition{Labels: d.Metadata.Labels}
	}
	for _, r := range s.Resources {
		if r.Subresource == "" {
			s.resources[r.Group+"/"+r.Kind] = r
		}
	}
	return nil
}

// place gives an object the namespace that it would be applied to: s.namespace when it names none, and
// none when its kind has none. Kinds that nothing defines are taken to have the namespace they name.
func (s *reading) place(o object) object {
	if r, ok := s.resources[o.group+"/"+o.kind]; ok && !r.Namespaced {
		o.namespace = ""
	} else if ok || facts.IsGroup(o.group) {
		o.namespace = cmp.Or(o.namespace, s.namespace)
	}
	return o
}

func (s *reading) add(o object) error {
	switch {
	case o.raw == nil:
	case o.group == "" && o.kind == "Namespace":
		n, err := decode[corev1.Namespace](o)
		s.Namespaces = append(s.Namespaces, snapshot.Namespace{Name: o.name, Labels: named(n.Labels, o.name)})
		return err
	case o.group == "" && o.kind == "ServiceAccount":
		a, err := decode[corev1.ServiceAccount](o)
		s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: o.namespace, Name: o.name, Labels: a.Labels})
		return err
	case o.group == "apps":
		d, err := decode[appsv1.Deployment](o)
		d.Namespace = o.namespace
		s.Deployments = append(s.Deployments, d)
		return err
	case o.group == admissionv1.GroupName:
		return s.guard(o)
	case facts.IsGroup(o.group):
		return s.object(o)
	}
	return nil
}

// object keeps a custom resource of Flux undecoded, whole numbers as int64 like a client would.
func (s *reading) object(o object) error {
	fields := map[string]any{}
	if err := utiljson.Unmarshal(o.raw, &fields); err != nil {
		return o.problem(o.line, "%s: %v", o.title(), err)
	}
	kept := snapshot.Object{Group: o.group, Version: o.version, Kind: o.kind, Namespace: o.namespace, Name: o.name, Fields: fields}
	if metadata, ok := fields["metadata"].(map[string]any); ok {
		metadata["namespace"] = o.namespace
		labels, _ := metadata["labels"].(map[string]any)
		kept.Labels = make(map[string]string, len(labels))
		for key, value := range labels {
			kept.Labels[key], _ = value.(string)
		}
	}
	s.Objects = append(s.Objects, kept)
	return nil
}

func (s *reading) sort() {
	slices.SortFunc(s.Resources, compareResources)
	slices.SortFunc(s.Namespaces, func(a, b snapshot.Namespace) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(s.ServiceAccounts, func(a, b snapshot.ServiceAccount) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	slices.SortFunc(s.Bindings, func(a, b rbac.Binding) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name))
	})
	slices.SortFunc(s.Objects, func(a, b snapshot.Object) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
	})
}

func compareResources(a, b snapshot.Resource) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Subresource, b.Subresource))
}
