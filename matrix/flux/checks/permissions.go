// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Permission is an access that bindings give, and what it lets its holder do.
type Permission struct {
	Access matrix.Access
	Class  facts.ClassInfo // never that of harmless accesses
}

// Permissions finds what bindings give to accounts outside their own namespaces. Bindings decide nothing: they show what is
// worth asking, so that an account without any costs no review. A role is expanded once for each place where it is
// bound, however many accounts are bound to it. A Permissions is not safe for concurrent use.
type Permissions struct {
	m       *model.Model
	classes facts.Isolation
	inputs  inputs
	known   map[boundRole][]Permission
	limited map[limited]int
}

type boundRole struct {
	role      matrix.Origin
	namespace string
}

type limited struct {
	binding matrix.Origin
	rule    int
}

// NewPermissions prepares to look at the bindings of a model. More classes than Flux's are looked at first.
func NewPermissions(m *model.Model, more []facts.ClassAccess) *Permissions {
	return &Permissions{m: m, classes: m.Facts.Isolation.With(more), inputs: newInputs(m), known: map[boundRole][]Permission{}, limited: map[limited]int{}}
}

// Place is a namespace with what RoleBindings there give an account, or the whole cluster, with an empty namespace, with
// what ClusterRoleBindings give it. Permissions are sorted, and empty if all of them are harmless.
type Place struct {
	Namespace   string
	Permissions []Permission
}

// Of returns the places with bindings of an account or of a group that it is in, the whole cluster first.
func (p *Permissions) Of(account matrix.Subject) []Place {
	bindings := p.m.RBAC().BindingsOf(account)
	for _, group := range account.Groups() {
		bindings = append(bindings, p.m.RBAC().BindingsOf(matrix.Subject{Kind: matrix.KindGroup, Name: group})...)
	}
	return p.places(bindings)
}

// OfItself is Of without what bindings give to groups.
func (p *Permissions) OfItself(account matrix.Subject) []Place {
	return p.places(p.m.RBAC().BindingsOf(account))
}

func (p *Permissions) places(bindings []rbac.Binding) []Place {
	slices.SortStableFunc(bindings, func(a, b rbac.Binding) int { return strings.Compare(a.Namespace, b.Namespace) })
	var places []Place
	for _, b := range bindings {
		if n := len(places); n == 0 || places[n-1].Namespace != b.Namespace {
			places = append(places, Place{Namespace: b.Namespace})
		}
		at := &places[len(places)-1]
		at.Permissions = append(at.Permissions, p.of(b)...)
	}
	for i := range places {
		found := places[i].Permissions
		slices.SortFunc(found, func(a, b Permission) int { return a.Access.Compare(b.Access) })
		places[i].Permissions = slices.CompactFunc(found, func(a, b Permission) bool { return a.Access == b.Access })
	}
	return places
}

// of returns what one binding gives.
func (p *Permissions) of(b rbac.Binding) []Permission {
	role, ok := p.m.RBAC().RoleOf(b)
	if !ok {
		return nil
	}
	key := boundRole{role.Origin(), b.Namespace}
	for i, rule := range role.Rules {
		if n := len(rule.ResourceNames); n > MaxNames {
			p.limited[limited{b.Origin(), i}] = n
		}
	}
	found, again := p.known[key]
	if again {
		return found
	}
	for _, rule := range role.Rules {
		for _, a := range Granted(p.m, rule, b.Namespace) {
			if class := p.ClassOf(a); class != facts.Harmless {
				found = append(found, Permission{a, p.classes.Info(class)})
			}
		}
	}
	p.known[key] = found
	return found
}

// ClassOf returns the class of an access.
func (p *Permissions) ClassOf(a matrix.Access) facts.Class {
	if p.inputs.change(a) {
		return facts.ChangesFlux
	}
	return p.classes.ClassOf(a)
}

// Gaps describes the names that were not asked about so far.
func (p *Permissions) Gaps() []matrix.Gap {
	var gaps []matrix.Gap
	for l, n := range p.limited {
		gaps = append(gaps, matrix.Gap{
			What: fmt.Sprintf("%d of the %d names in rule %d of the role that %s binds", n-MaxNames, n, l.rule+1, l.binding),
			Why:  fmt.Sprintf("of one rule, the first %d names are asked about", MaxNames), Kind: matrix.Chosen,
		})
	}
	slices.SortFunc(gaps, func(a, b matrix.Gap) int { return strings.Compare(a.What, b.What) })
	return gaps
}
