// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/unified"
)

// fix describes the change of a candidate: the difference of the objects, and the commands that make it.
func (w *finder) fix(c *candidate) probe.Fix {
	all := c.first.Then(c.edit)
	f := probe.Fix{
		Summary: safetext.Printable(c.summary), Commands: slices.Concat(c.deletes, c.creates), Deletes: c.deletes,
		Removed: all.Removed, Accounts: c.accounts, Fields: c.fields,
	}
	if f.Commands == nil {
		f.Commands = []string{}
	}
	for _, r := range all.Roles {
		f.Objects = append(f.Objects, document(r.Document()))
	}
	for _, b := range all.Bindings {
		f.Objects = append(f.Objects, document(b.Document()))
	}
	var changes strings.Builder
	for _, r := range c.edit.Roles {
		before := ""
		if old, ok := w.index.Role(r.Namespace, r.Name); ok {
			before = document(old.Document())
		}
		changes.WriteString(between(r.Origin(), before, document(r.Document())))
	}
	for _, b := range c.edit.Bindings {
		before := ""
		if old, ok := w.index.Binding(b.Namespace, b.Name); ok {
			before = document(old.Document())
		}
		changes.WriteString(between(b.Origin(), before, document(b.Document())))
	}
	for _, o := range c.edit.Removed {
		if old, ok := w.index.Binding(o.Namespace, o.Name); ok {
			changes.WriteString(between(o, document(old.Document()), ""))
		}
	}
	for account, instead := range c.instead {
		o := matrix.Origin{Kind: c.cause.Kind, Namespace: c.cause.Namespace, Name: c.cause.Name}
		before, after := "", c.cause.Field+": "+instead.Name+"\n"
		if c.cause.Was != "" {
			before = c.cause.Field + ": " + account.Name + "\n"
		}
		changes.WriteString(between(o, before, after))
	}
	f.Patch = safetext.Block(changes.String())
	for i, command := range f.Commands {
		f.Commands[i] = safetext.Block(command)
	}
	return f
}

// between is the difference of an object before and after a change.
func between(o matrix.Origin, before, after string) string {
	name := safetext.Printable(o.String())
	return unified.Difference(name, name, before, after)
}

// document is an object as YAML.
func document(object any) string {
	text, err := yaml.Marshal(object)
	if err != nil {
		return "" // RBAC objects always marshal
	}
	return string(text)
}

// owner is what applies the object at fault, by the labels that kustomize-controller and helm-controller put
// on what they apply, and where the object was read.
func (w *finder) owner(c probe.Cause) probe.Owner {
	o := w.snapshot.Located(matrix.Origin{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name})
	owner := probe.Owner{File: safetext.Printable(o.File), Line: o.Line}
	labels := w.labels(c)
	for _, kind := range []struct{ kind, prefix string }{
		{"Kustomization", "kustomize.toolkit.fluxcd.io/"}, {"HelmRelease", "helm.toolkit.fluxcd.io/"},
	} {
		if name := labels[kind.prefix+"name"]; name != "" && owner.Kind == "" {
			owner.Kind, owner.Namespace, owner.Name = kind.kind, safetext.Printable(labels[kind.prefix+"namespace"]), safetext.Printable(name)
		}
	}
	return owner
}

// labels returns the labels of the object at fault.
func (w *finder) labels(c probe.Cause) map[string]string {
	switch c.Kind {
	case "Role", "ClusterRole":
		r, _ := w.index.Role(c.Namespace, c.Name)
		return r.Labels
	case "RoleBinding", "ClusterRoleBinding":
		b, _ := w.index.Binding(c.Namespace, c.Name)
		return b.Labels
	case "ServiceAccount":
		a, _ := w.snapshot.Account(matrix.ServiceAccount(c.Namespace, c.Name))
		return a.Labels
	case "Deployment":
		for i := range w.snapshot.Deployments {
			if d := &w.snapshot.Deployments[i]; d.Namespace == c.Namespace && d.Name == c.Name {
				return d.Labels
			}
		}
	default:
		for i := range w.snapshot.Objects {
			if o := &w.snapshot.Objects[i]; o.Kind == c.Kind && o.Namespace == c.Namespace && o.Name == c.Name {
				return o.Labels
			}
		}
	}
	return nil
}
