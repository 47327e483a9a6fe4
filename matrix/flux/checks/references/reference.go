// SPDX-License-Identifier: Apache-2.0

package references

import (
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// reference is one use of a field that can name another namespace.
type reference struct {
	facts.Reference
	from            snapshot.Object
	path            string
	namespace, name string // of the target; name is "" for any
	targetKind      string
	readyExpr       bool
	matchLabels     bool
	controller      *model.Deployment
}

// references returns the references of o that leave its namespace, or that a feature gate can block.
func (s *section) references(o snapshot.Object) []reference {
	var found []reference
	controller := s.Controller(o)
	for _, field := range s.Facts.References {
		if field.Kind != o.Kind || field.Group != o.Group || controller != nil && !field.Holds(controller.Release) {
			continue
		}
		for _, r := range uses(field, o) {
			r.namespace = cmp.Or(r.namespace, o.Namespace)
			r.controller = controller
			if (r.crosses() || r.gated()) && (s.Includes(o.Namespace) || s.Includes(r.namespace)) {
				found = append(found, r)
			}
		}
	}
	return found
}

// uses returns the references that a field of o holds.
func uses(field facts.Reference, o snapshot.Object) []reference {
	if namespace := fields.Text(o.Fields, field.Field); namespace != "" {
		return []reference{{Reference: field, from: o, path: field.Field, namespace: namespace}}
	}
	var found []reference
	for _, element := range fields.Each(o.Fields, field.Field) {
		r := reference{
			Reference: field, from: o, path: element.Path,
			namespace: fields.Text(element.Fields, "namespace"), name: fields.Text(element.Fields, "name"),
			targetKind:  cmp.Or(fields.Text(element.Fields, "kind"), field.Target),
			readyExpr:   fields.Text(element.Fields, "readyExpr") != "",
			matchLabels: fields.Get(element.Fields, "matchLabels") != nil,
		}
		if r.name == "*" {
			r.name = ""
		}
		found = append(found, r)
	}
	return found
}

// crosses reports whether the reference leaves the namespace of its object.
func (r reference) crosses() bool { return r.namespace != r.from.Namespace }

// gated reports whether a feature gate can block the reference, in its own namespace too.
func (r reference) gated() bool { return r.Gate != "" && r.targetKind == r.GatedKind }

// to names the target.
func (r reference) to() string {
	if r.targetKind == "" {
		return "Namespace " + r.namespace
	}
	return r.targetKind + " " + r.namespace + "/" + cmp.Or(r.name, "*")
}

// because describes from where to where the reference leads, who follows it, and what governs it.
func (r reference) because() string {
	governed := "nothing governs it"
	switch {
	case !r.crosses():
		governed = "the feature gate " + r.Gate + " of " + r.controller.String() + " governs it"
	case r.AsAccount:
		governed = "the permissions of the account govern it"
	case r.AccessFrom:
		governed = "spec.accessFrom of the target and --" + facts.FlagNoCrossNamespaceRefs + " of " + r.controller.String() + " govern it"
	case r.Flag:
		governed = "--" + facts.FlagNoCrossNamespaceRefs + " of " + r.controller.String() + " governs it"
	}
	text := fmt.Sprintf("%s refers to %s by %s, followed by %s; %s", r.from, r.to(), r.path, r.controller.Account(), governed)
	if r.Consequence != "" {
		text += "; " + r.Consequence
	}
	if r.readyExpr {
		text += "; its readyExpr reads the other's spec and status"
	}
	return text
}

// meta starts a check about the reference.
func (r reference) meta(code string, severity matrix.Severity) matrix.CheckMeta {
	return matrix.CheckMeta{Code: code, Subject: matrix.Share(r.controller.Account()), Severity: severity, Because: r.because(), Origin: matrix.Share(r.from.Origin(r.path))}
}

// unreadable starts an FP605, which is a warning if the object becomes ready all the same.
func (r reference) unreadable() matrix.CheckMeta {
	if r.Optional {
		return r.meta("FP605", matrix.Warning)
	}
	return r.meta("FP605", matrix.Error)
}
