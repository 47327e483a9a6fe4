// SPDX-License-Identifier: Apache-2.0

// Package reconcilers derives the section about cluster-admin of kustomize- and helm-controller (FP201, FP202).
package reconcilers

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, _ checks.Options) ([]matrix.Check, []matrix.Gap) {
	out := &checks.Results{}
	for _, i := range m.Installs {
		if !m.Includes(i.Namespace) {
			continue
		}
		s := &scope{Model: m, Install: i, Results: out}
		for _, a := range i.Accounts {
			if a.Runs(m.Facts.Releases.IsReconciler) {
				s.clusterAdmin(a)
			}
		}
		s.boundAdmins()
		s.otherAccounts()
	}
	return out.Checks, out.Gaps
}

// scope is one install, and where its checks go.
type scope struct {
	*model.Model
	*model.Install
	*checks.Results
}

// clusterAdmin expects cluster-admin of an account, literally and for everything that is served (FP201); or the
// permission to impersonate, if the account was given that alone.
func (s *scope) clusterAdmin(a model.Account) {
	unprivileged := s.unprivileged(a)
	ask := func(x checks.Expanded, because, hint string) {
		c := checks.ExpandedCheck(matrix.CheckMeta{
			Code: "FP201", Subject: matrix.Share(a.Subject), Severity: matrix.Error, Because: because, Origin: matrix.Share(s.RoleOrigin(s.Bindings.Reconcilers)), Hint: hint,
		}, matrix.Allow, x)
		if asked, ok := c.(*matrix.Asked); ok {
			asked.AllAccess = !unprivileged
		}
		s.Add(c)
	}
	if unprivileged {
		impersonate := matrix.Access{Verb: "impersonate", Resource: "serviceaccounts"}
		ask(checks.Expanded{Access: impersonate}, fmt.Sprintf("%s runs without cluster-admin, and applies only as the accounts that it impersonates", a),
			"restore the ClusterRole that lets it impersonate ServiceAccounts")
		s.Skip(fmt.Sprintf("cluster-admin of %s", a.Subject),
			"it can impersonate ServiceAccounts instead (multitenancy.privileged=false of the community chart)")
		return
	}
	because := fmt.Sprintf("%s applies whatever a source holds if no account is named: Flux %s binds it to cluster-admin", a, s.Release)
	for _, r := range s.Facts.Releases.Role(facts.ClusterReconciler).Rules {
		accesses, _ := checks.Expand(s.Model, r, "")
		for _, x := range accesses {
			ask(x, because, s.rebind(a))
		}
	}
}

// unprivileged reports whether the account was given impersonation instead of cluster-admin.
func (s *scope) unprivileged(a model.Account) bool {
	return s.Bindings.Unread == "" && !s.Holds(a.Subject, model.GrantsEverything) && s.Holds(a.Subject, model.OnlyImpersonates)
}

// rebind describes what to do when an account lacks cluster-admin.
func (s *scope) rebind(a model.Account) string {
	switch {
	case len(s.Bindings.Dangling) > 0:
		return s.Bindings.Restore()
	case len(s.Bindings.Reconcilers) > 0:
		return fmt.Sprintf("add ServiceAccount %s to the subjects of ClusterRoleBinding %s", a.Subject, s.Bindings.Reconcilers[0].Name)
	default:
		return fmt.Sprintf("bind ServiceAccount %s to ClusterRole cluster-admin with a ClusterRoleBinding, as cluster-reconciler does", a.Subject)
	}
}
