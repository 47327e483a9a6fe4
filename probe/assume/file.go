// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Reader reads the manifests of a path; see manifests.Read.
type Reader func(path string) (*manifests.Manifests, error)

// file assumes that the objects of some manifests are applied.
type file struct {
	text string
	*manifests.Manifests
}

func (f file) String() string { return f.text }

func (file) rbac() bool { return false }

func parseFile(text, path string, read Reader) (Assumption, error) {
	m, err := read(path)
	return file{text, m}, err
}

// apply puts each object in the place of the one with its name, or adds it.
func (f file) apply(s *state) error {
	part, objects, err := f.Part(s.Snapshot)
	if err != nil {
		return err
	}
	if empty(part) && (!s.options.AllKinds || len(objects) == 0) {
		return &Error{f.text, "it has no object that a check depends on, but " + cmp.Or(f.Ignored(), "nothing")}
	}
	if err := f.possible(s, part); err != nil {
		return err
	}
	if ignored := f.Ignored(); ignored != "" && !s.options.AllKinds {
		s.skip("objects of other kinds in "+strings.TrimPrefix(f.text, "file=")+": "+ignored, "they have no influence on access")
	}
	s.after.apply(objects)
	s.definitions(part)
	s.Roles = merge(s.Roles, part.Roles, by(rbac.Role.Origin), func(old, role rbac.Role) rbac.Role {
		role.Labels = owned(old.Labels, role.Labels)
		return role
	})
	s.Bindings = merge(s.Bindings, part.Bindings, by(rbac.Binding.Origin), func(old, binding rbac.Binding) rbac.Binding {
		binding.Labels = owned(old.Labels, binding.Labels)
		return binding
	})
	s.namespaces(part.Namespaces)
	s.ServiceAccounts = merge(s.ServiceAccounts, part.ServiceAccounts, by(originOfAccount), func(old, account snapshot.ServiceAccount) snapshot.ServiceAccount {
		account.Labels = owned(old.Labels, account.Labels)
		return account
	})
	s.Deployments = merge(s.Deployments, part.Deployments, by(originOfDeployment), func(old, deployment appsv1.Deployment) appsv1.Deployment {
		deployment.Labels = owned(old.Labels, deployment.Labels)
		return deployment
	})
	s.Objects = merge(s.Objects, part.Objects, keyOfObject, replaceObject)
	s.Admission = s.Admission.With(&part.Admission)
	if len(part.Places) > 0 {
		places := maps.Clone(s.Places)
		if places == nil {
			places = map[matrix.Origin]snapshot.Place{}
		}
		maps.Copy(places, part.Places)
		s.Places = places
	}
	return nil
}

func empty(s *snapshot.Snapshot) bool {
	return len(s.Roles)+len(s.Bindings)+len(s.ServiceAccounts)+len(s.Namespaces)+len(s.Deployments)+len(s.Objects)+len(s.Definitions)+
		len(s.Admission.Webhooks)+len(s.Admission.Policies)+len(s.Admission.Bindings) == 0
}

// possible refuses what the API server would refuse, because nothing follows from it: an object in a namespace that is not
// there, and another roleRef in a binding that is.
func (f file) possible(s *state, part *snapshot.Snapshot) error {
	known := map[string]bool{"": true}
	for _, n := range slices.Concat(s.Namespaces, part.Namespaces) {
		known[n.Name] = true
	}
	for _, o := range objectsOf(part) {
		if !known[o.Namespace] && s.WhyUnread("", "namespaces") == "" {
			return &Error{f.text, fmt.Sprintf("%s is in a namespace that does not exist: add the Namespace to the file, or correct the name", o)}
		}
	}
	for _, b := range part.Bindings {
		at := slices.IndexFunc(s.Bindings, func(old rbac.Binding) bool { return old.Origin() == b.Origin() })
		if at >= 0 && s.Bindings[at].RoleRef != b.RoleRef {
			path := strings.TrimPrefix(b.Namespace+"/"+b.Name, "/")
			return &Error{f.text, fmt.Sprintf("%s has another roleRef, which cannot be changed: assume delete=%s/%s before", b.Origin(), b.Kind(), path)}
		}
	}
	return nil
}

// objectsOf names the objects of a part.
func objectsOf(part *snapshot.Snapshot) []matrix.Origin {
	s := &state{Snapshot: part}
	var all []matrix.Origin
	for _, kind := range []string{"Role", "RoleBinding", matrix.KindServiceAccount, "Deployment"} {
		all = append(all, s.identities(kind)...)
	}
	for _, o := range part.Objects {
		all = append(all, o.Origin(""))
	}
	return all
}

// merge returns old with each object of added in the place of the one with the same key, or else added, sorted by key as a
// snapshot is.
func merge[T any](old, added []T, key func(T) string, replace func(old, added T) T) []T {
	all := slices.Clone(old)
	at := make(map[string]int, len(old))
	for i, o := range old {
		at[key(o)] = i
	}
	for _, o := range added {
		if i, ok := at[key(o)]; ok {
			all[i] = replace(all[i], o)
			continue
		}
		all = append(all, o)
	}
	slices.SortStableFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	return all
}

// by returns the key of an object that has an identity.
func by[T any](identity func(T) matrix.Origin) func(T) string {
	return func(o T) string { return keyOf(identity(o), "") }
}

// keyOf tells objects apart, and orders them by namespace and name.
func keyOf(o matrix.Origin, group string) string {
	return strings.Join([]string{o.Namespace, o.Name, group, o.Kind}, "\x00")
}

func keyOfObject(o snapshot.Object) string { return keyOf(o.Origin(""), o.Group) }

// ownerLabels begin the names of the labels by which Flux marks what it applies. They stay on an object that is applied
// again.
var ownerLabels = []string{"kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/"}

// owned returns the labels of an object that is replaced: those that are given, and those of its owner.
func owned(old, given map[string]string) map[string]string {
	labels := maps.Clone(given)
	for name, value := range old {
		isOwner := slices.ContainsFunc(ownerLabels, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if _, set := given[name]; isOwner && !set {
			if labels == nil {
				labels = map[string]string{}
			}
			labels[name] = value
		}
	}
	return labels
}

// replaceObject keeps the status, which nobody applies, unless the file has one.
func replaceObject(old, given snapshot.Object) snapshot.Object {
	given.Labels = owned(old.Labels, given.Labels)
	if status, has := old.Fields["status"]; has && given.Fields["status"] == nil {
		given.Fields = maps.Clone(given.Fields)
		given.Fields["status"] = status
	}
	return given
}

// namespaces adds Namespaces, each with the ServiceAccount that every new one gets.
func (s *state) namespaces(added []snapshot.Namespace) {
	for _, n := range added {
		known := slices.ContainsFunc(s.Namespaces, func(old snapshot.Namespace) bool { return old.Name == n.Name })
		if !known {
			account := snapshot.ServiceAccount{Namespace: n.Name, Name: "default"}
			s.ServiceAccounts = merge(s.ServiceAccounts, []snapshot.ServiceAccount{account}, by(originOfAccount), func(old, _ snapshot.ServiceAccount) snapshot.ServiceAccount { return old })
		}
	}
	s.Namespaces = merge(s.Namespaces, added, by(originOfNamespace), func(old, n snapshot.Namespace) snapshot.Namespace {
		n.Labels = owned(old.Labels, n.Labels)
		return n
	})
}

// definitions puts what CustomResourceDefinitions define in the place of what is served of them.
func (s *state) definitions(part *snapshot.Snapshot) {
	if len(part.Definitions) == 0 {
		return
	}
	defined := func(r snapshot.Resource) bool {
		_, ok := part.Definitions[r.Resource+"."+r.Group]
		return ok
	}
	s.Resources = append(slices.DeleteFunc(slices.Clone(s.Resources), defined), part.Resources...)
	slices.SortStableFunc(s.Resources, func(a, b snapshot.Resource) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Subresource, b.Subresource))
	})
	definitions := maps.Clone(s.Definitions)
	if definitions == nil {
		definitions = map[string]snapshot.Definition{}
	}
	maps.Copy(definitions, part.Definitions)
	s.Definitions = definitions
}
