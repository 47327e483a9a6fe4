// SPDX-License-Identifier: Apache-2.0

// Package remedy works out what has to change: one plan for the fixes of many problems, what ends a grant, and
// the minimal roles that an account needs.
//
//	probe.Problem ──┐
//	probe/snapshot ─┼──▶ Plan ──▶ YAML: corrected objects to apply, and the rest in comments
//	matrix.Matrix ──┴──▶ Minimal ──▶ YAML: the roles that would suffice
//
// It prints and changes nothing, and asks nothing. The package knows neither Flux nor a terminal nor client-go.
package remedy

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Plan is what fixes problems: RBAC objects as they have to be, each of them once however many problems are about
// it, and for each problem what is not RBAC.
type Plan struct {
	Snapshot *snapshot.Snapshot
	Problems []probe.Problem
	Edit     rbac.Edit // all changes of RBAC
	LeftOut  int       // problems that the plan is not for

	// Accounts are the ServiceAccounts that have to be created. They are empty where the plan waits for them.
	Accounts []matrix.Origin

	parts []part // of each problem
}

// part is what a problem contributes.
type part struct {
	edit   rbac.Edit
	absent []matrix.Subject // accounts that do not exist and that the fix grants something to
}

// New makes a plan for problems that were found in a snapshot. Nothing is granted to a ServiceAccount that does not
// exist: whoever creates it would have it.
func New(s *snapshot.Snapshot, problems []probe.Problem) (*Plan, error) {
	return newPlan(s, problems, false)
}

// ForGit makes a plan whose changes are all made at once, those ServiceAccounts among them that do not exist.
func ForGit(s *snapshot.Snapshot, problems []probe.Problem) (*Plan, error) {
	return newPlan(s, problems, true)
}

func newPlan(s *snapshot.Snapshot, problems []probe.Problem, together bool) (*Plan, error) {
	p := &Plan{Snapshot: s, Problems: problems, parts: make([]part, len(problems))}
	var edits []rbac.Edit
	for i := range problems {
		edit := rbac.Edit{Removed: problems[i].Fix.Removed}
		for _, document := range problems[i].Fix.Objects {
			object, err := rbac.Parse([]byte(document))
			if err != nil {
				return nil, fmt.Errorf("the fix of problem %s: %w", problems[i].ID, err)
			}
			edit.Roles, edit.Bindings = append(edit.Roles, object.Roles...), append(edit.Bindings, object.Bindings...)
		}
		p.parts[i].absent = p.grantsToAbsent(&problems[i], edit)
		for _, a := range p.parts[i].absent {
			if o := (matrix.Origin{Kind: a.Kind, Namespace: a.Namespace, Name: a.Name}); together && !slices.Contains(p.Accounts, o) {
				p.Accounts = append(p.Accounts, o)
			}
		}
		if together || len(p.parts[i].absent) == 0 {
			p.parts[i].edit = edit
			edits = append(edits, edit)
		}
	}
	p.Edit = s.RBAC().Merge(edits...)
	return p, nil
}

// grantsToAbsent returns the ServiceAccounts that do not exist and that a fix gives a role.
func (p *Plan) grantsToAbsent(problem *probe.Problem, edit rbac.Edit) []matrix.Subject {
	var absent []matrix.Subject
	for _, o := range problem.Fix.Accounts {
		absent = append(absent, matrix.ServiceAccount(o.Namespace, o.Name))
	}
	for _, b := range edit.Bindings {
		before, _ := p.Snapshot.RBAC().Binding(b.Namespace, b.Name)
		for _, entry := range b.Subjects {
			s := b.Subject(entry)
			has := slices.ContainsFunc(before.Subjects, func(e rbacv1.Subject) bool { return before.Subject(e) == s })
			if !has && p.Snapshot.Absent(s) && !slices.Contains(absent, s) {
				absent = append(absent, s)
			}
		}
	}
	return absent
}

// of returns the places of the problems that change an object.
func (p *Plan) of(o matrix.Origin) []int {
	var places []int
	for i, part := range p.parts {
		if slices.Contains(part.objects(), o) {
			places = append(places, i)
		}
	}
	return places
}

// For returns the problems that change or create an object.
func (p *Plan) For(o matrix.Origin) []probe.Problem {
	var problems []probe.Problem
	for i, part := range p.parts {
		account := slices.Contains(part.absent, matrix.ServiceAccount(o.Namespace, o.Name)) && o.Kind == matrix.KindServiceAccount
		if account || slices.Contains(part.objects(), o) {
			problems = append(problems, p.Problems[i])
		}
	}
	return problems
}

// objects identifies all that a part changes.
func (part part) objects() []matrix.Origin {
	var all []matrix.Origin
	for _, r := range part.edit.Roles {
		all = append(all, r.Origin())
	}
	for _, b := range part.edit.Bindings {
		all = append(all, b.Origin())
	}
	return append(all, part.edit.Removed...)
}
