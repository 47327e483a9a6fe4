// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// deletion assumes that an object is deleted. What a Kustomization or HelmRelease has applied stays.
type deletion struct{ text, kind, namespace, name string }

func (d deletion) String() string { return d.text }

func (deletion) rbac() bool { return false }

func parseDeletion(text, value string, _ Reader) (Assumption, error) {
	parts := strings.SplitN(value, "/", 3)
	if slices.Contains(parts, "") || len(parts) == 1 {
		return nil, &Error{text, "want delete=KIND/NAMESPACE/NAME, or KIND/NAME for an object without a namespace"}
	}
	d := deletion{text: text, kind: parts[0], name: parts[len(parts)-1]}
	if len(parts) == 3 {
		d.namespace = parts[1]
	}
	return d, nil
}

// deletable are the kinds of Kubernetes that checks depend on.
func deletable() []string {
	return []string{"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", matrix.KindServiceAccount, "Namespace", "Deployment"}
}

// shortNames are names that people type for kinds; those of other kinds are the ones that discovery serves.
var shortNames = map[string]string{"ks": "Kustomization", "hr": "HelmRelease", "sa": matrix.KindServiceAccount, "ns": "Namespace", "deploy": "Deployment"}

func (d deletion) apply(s *state) error {
	kind, err := d.knownKind(s)
	if err != nil {
		return err
	}
	objects := s.identities(kind)
	target := matrix.Origin{Kind: kind, Namespace: d.namespace, Name: d.name}
	if !slices.Contains(objects, target) {
		return &Error{d.text, d.notThere(s, kind, objects)}
	}
	s.deleted[target] = true
	s.after.delete(model.Entry{Namespace: d.namespace, Name: d.name, Group: s.groupOf(target), Kind: kind})
	gone := func(o matrix.Origin) bool {
		return o == target || kind == "Namespace" && o.Namespace == d.name
	}
	s.Roles = slices.DeleteFunc(slices.Clone(s.Roles), func(r rbac.Role) bool { return gone(r.Origin()) })
	s.Bindings = slices.DeleteFunc(slices.Clone(s.Bindings), func(b rbac.Binding) bool { return gone(b.Origin()) })
	s.ServiceAccounts = slices.DeleteFunc(slices.Clone(s.ServiceAccounts), func(a snapshot.ServiceAccount) bool { return gone(originOfAccount(a)) })
	s.Namespaces = slices.DeleteFunc(slices.Clone(s.Namespaces), func(n snapshot.Namespace) bool { return gone(originOfNamespace(n)) })
	s.Deployments = slices.DeleteFunc(slices.Clone(s.Deployments), func(x appsv1.Deployment) bool { return gone(originOfDeployment(x)) })
	s.Objects = slices.DeleteFunc(slices.Clone(s.Objects), func(o snapshot.Object) bool { return gone(o.Origin("")) })
	return nil
}

// groupOf returns the API group of an object that is there.
func (s *state) groupOf(o matrix.Origin) string {
	switch o.Kind {
	case "Namespace", matrix.KindServiceAccount:
		return ""
	case "Deployment":
		return appsv1.GroupName
	}
	for _, known := range s.Objects {
		if known.Origin("") == o {
			return known.Group
		}
	}
	return rbacv1.GroupName
}

// knownKind returns the kind that was meant, as Kubernetes writes it.
func (d deletion) knownKind(s *state) (string, error) {
	known := deletable()
	for _, o := range s.Objects {
		if !slices.Contains(known, o.Kind) {
			known = append(known, o.Kind)
		}
	}
	for _, r := range facts.Load().Components.All {
		for _, kind := range r.Kinds {
			if !slices.Contains(known, kind) {
				known = append(known, kind)
			}
		}
	}
	word := strings.ToLower(d.kind)
	if long, ok := shortNames[word]; ok {
		return long, nil
	}
	for _, kind := range known {
		if lower := strings.ToLower(kind); word == lower || word == lower+"s" || word == strings.TrimSuffix(lower, "y")+"ies" {
			return kind, nil
		}
	}
	problem := fmt.Sprintf("no check depends on objects of kind %s", d.kind)
	if near := spelling.Nearest(d.kind, known); near != "" {
		problem += "; did you mean " + near + "?"
	}
	return "", &Error{d.text, problem}
}

// identities returns all objects of a kind.
func (s *state) identities(kind string) []matrix.Origin {
	var all []matrix.Origin
	add := func(o matrix.Origin) {
		if o.Kind == kind {
			all = append(all, o)
		}
	}
	for _, r := range s.Roles {
		add(r.Origin())
	}
	for _, b := range s.Bindings {
		add(b.Origin())
	}
	for _, a := range s.ServiceAccounts {
		add(originOfAccount(a))
	}
	for _, n := range s.Namespaces {
		add(originOfNamespace(n))
	}
	for _, d := range s.Deployments {
		add(originOfDeployment(d))
	}
	for _, o := range s.Objects {
		add(o.Origin(""))
	}
	return all
}

// notThere describes what is wrong with the name of an object.
func (d deletion) notThere(s *state, kind string, objects []matrix.Origin) string {
	path := func(o matrix.Origin) string { return strings.TrimPrefix(o.Namespace+"/"+o.Name, "/") }
	typed := strings.TrimPrefix(d.namespace+"/"+d.name, "/")
	problem := fmt.Sprintf("there is no %s %s", kind, typed)
	if why := s.unreadKind(kind); why != "" {
		return fmt.Sprintf("it is not known whether there is a %s %s: %s", kind, typed, why)
	}
	var known []string
	for _, o := range objects {
		known = append(known, path(o))
	}
	if near := spelling.Nearest(typed, known); near != "" {
		return problem + "; did you mean " + kind + "/" + near + "?"
	}
	for _, o := range objects {
		if o.Name == d.name {
			return problem + "; did you mean " + kind + "/" + path(o) + "?"
		}
	}
	return problem
}

// unreadKind returns why objects of a kind could not be listed; "" when they could.
func (s *state) unreadKind(kind string) string {
	for _, r := range s.Resources {
		if r.Kind == kind && r.Subresource == "" {
			if why := s.WhyUnread(r.Group, r.Resource); why != "" {
				return snapshot.ResourceName(r.Group, r.Resource) + " could not be read: " + why
			}
		}
	}
	return ""
}

func originOfAccount(a snapshot.ServiceAccount) matrix.Origin {
	return matrix.Origin{Kind: matrix.KindServiceAccount, Namespace: a.Namespace, Name: a.Name}
}

func originOfNamespace(n snapshot.Namespace) matrix.Origin {
	return matrix.Origin{Kind: "Namespace", Name: n.Name}
}

func originOfDeployment(d appsv1.Deployment) matrix.Origin {
	return matrix.Origin{Kind: "Deployment", Namespace: d.Namespace, Name: d.Name}
}
