// SPDX-License-Identifier: Apache-2.0

package reconcilers

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// boundAdmins checks that the bindings that stand for cluster-reconciler name kustomize- and helm-controller only
// (FP202). Subjects that do not exist are FP104's, and the accounts of the Flux namespace are asked about.
func (s *scope) boundAdmins() {
	for _, x := range s.Bindings.Reconcilers {
		for i := range x.Subjects {
			subject := x.Subject(x.Subjects[i])
			if s.judgedElsewhere(subject) {
				continue
			}
			s.Add(&matrix.Observed{CheckMeta: matrix.CheckMeta{
				Code: "FP202", Subject: matrix.Share(subject), Severity: matrix.Error,
				Because: "only kustomize- and helm-controller apply what people write, and need cluster-admin for it",
				Origin:  matrix.Share(matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: fmt.Sprintf("subjects[%d]", i)}),
				Hint:    "remove it from the subjects",
			}, Verdict: matrix.Excess, Evidence: fmt.Sprintf("ClusterRoleBinding %s binds it to ClusterRole %s", x.Name, x.RoleRef.Name)})
		}
	}
}

// judgedElsewhere reports whether a subject of such a binding belongs there, or whether another check is about it.
func (s *scope) judgedElsewhere(subject matrix.Subject) bool {
	switch {
	case slices.ContainsFunc(s.Accounts, func(a model.Account) bool { return a.Subject == subject }):
	case subject.Namespace == s.Install.Namespace && s.Facts.Releases.IsReconciler(subject.Name):
	case slices.Contains(checks.NotReconcilers(s.Model, s.Install), subject):
	case subject.Kind == matrix.KindServiceAccount && (s.Exists(subject) != matrix.Pass || subject.Name == facts.Operator):
	default:
		return false
	}
	return true
}

// otherAccounts asks whether the other accounts of the install's namespace are cluster-admin, which they must not be
// (FP202). flux-operator is cluster-admin by its own installation.
func (s *scope) otherAccounts() {
	s.SkipUnread(s.Model, "", "serviceaccounts", "accounts without a controller in "+s.Install.Namespace)
	for _, subject := range checks.NotReconcilers(s.Model, s.Install) {
		s.Ask(matrix.CheckMeta{
			Code: "FP202", Subject: matrix.Share(subject), Severity: matrix.Error,
			Because: fmt.Sprintf("in %s only kustomize- and helm-controller are cluster-admin", s.Install.Namespace),
			Origin:  matrix.Share(s.RoleOrigin(s.Bindings.Reconcilers)),
			Hint:    "remove it from the binding that the server's reason names",
		}, matrix.Deny, matrix.Access{Verb: "*", Group: "*", Resource: "*"})
	}
}
