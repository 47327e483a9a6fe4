// SPDX-License-Identifier: Apache-2.0

package scan

import (
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/problem"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// FindProblems adds to a finished report the problems that explain its failed findings, which have to be those
// of this scan, and accepts what waivers and the baseline accept of them. Nothing is asked.
func (s *Scan) FindProblems(r *probe.Report) {
	found := problem.Find(s.problemInput(r.Findings, r.ProbedAs))
	if unmatched := s.policy.Unmatched(r.Findings, found); len(unmatched) > 0 {
		r.Findings = append(r.Findings, unmatched...)
		found = problem.Find(s.problemInput(r.Findings, r.ProbedAs))
	}
	r.Problems, r.Accepted = s.policy.ByProblem(r.Findings, found)
	r.Complete(r.Findings)
	r.Summary.Problems = len(r.Problems)
	s.found.keep(r)
}

// problemInput is what the problems of findings are found in.
func (s *Scan) problemInput(findings []probe.Finding, askedAs string) problem.Input {
	in := problem.Input{Snapshot: s.Snapshot(), Findings: findings, AskedAs: askedAs, Legacy: model.LegacyUsers}
	in.Flags = map[string]string{"--" + facts.FlagDefaultServiceAccount: "default"} // as the multi-tenancy guide sets it
	in.Roles, in.Bindings = shipped(s.Model())
	return in
}

// shipped returns the ClusterRoles and ClusterRoleBindings that the installed releases ship for their
// controllers, named as flux install names them (flux2 manifests/rbac@v2.9.5).
func shipped(m *model.Model) (roles []rbac.Role, bindings []rbac.Binding) {
	for _, i := range m.Installs {
		bind := func(name, clusterRole string, role facts.Role) {
			b := rbac.Binding{Name: name + "-" + i.Namespace, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole}}
			for _, a := range i.Accounts {
				if a.Runs(func(component string) bool { return role.Binds(component, i.Release) }) {
					b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: a.Subject.Namespace, Name: a.Subject.Name})
				}
			}
			bindings = append(bindings, b)
		}
		controller := m.Facts.Releases.Role(facts.CRDController)
		own := rbac.Role{Name: controller.Name + "-" + i.Namespace, Rules: facts.Policies(facts.In(controller.Rules, i.Release))}
		roles = append(roles, own)
		for _, name := range []string{"flux-view", "flux-edit"} {
			role := m.Facts.Releases.Role(name)
			people := rbac.Role{Name: name, Rules: facts.Policies(facts.In(role.Rules, i.Release)), Labels: map[string]string{}}
			for _, label := range role.Labels {
				people.Labels[label] = "true"
			}
			roles = append(roles, people)
		}
		bind(controller.Name, own.Name, controller)
		bind(facts.ClusterReconciler, "cluster-admin", m.Facts.Releases.Role(facts.ClusterReconciler))
	}
	return roles, bindings
}
