// SPDX-License-Identifier: Apache-2.0

package controllers

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// accounts checks that the accounts of the install's controllers exist (FP105): the API server answers about an
// account that does not exist as about any other.
func (s *scope) accounts() {
	for _, a := range s.Accounts {
		c := &matrix.Observed{
			CheckMeta: matrix.CheckMeta{
				Code: "FP105", Subject: matrix.Share(a.Subject), Severity: matrix.Error, Because: fmt.Sprintf("the pods of %s run as it", a),
				Origin: matrix.Share(matrix.Origin{Kind: "Deployment", Namespace: a.Deployments[0].Namespace, Name: a.Deployments[0].Name, Field: "spec.template.spec.serviceAccountName"}),
			},
			Verdict: s.Exists(a.Subject), Evidence: "the ServiceAccount exists",
		}
		switch c.Verdict {
		case matrix.Missing:
			c.Evidence = "the ServiceAccount does not exist: no pod can start"
			c.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s", safetext.Quote(a.Subject.Namespace), safetext.Quote(a.Subject.Name))
		case matrix.Undetermined:
			c.Evidence = checks.AccountsUnlisted(s.Model)
		}
		s.Add(c)
	}
}

// boundSubjects checks each subject of the bindings that stand for crd-controller and cluster-reconciler (FP104):
// one that does not exist can be created by whoever can create ServiceAccounts there, and one that is not a
// controller has Flux's permissions for no reason.
func (s *scope) boundSubjects() {
	b := s.Bindings
	if b.Unread != "" {
		s.Add(&matrix.Observed{CheckMeta: matrix.CheckMeta{
			Code: "FP104", Severity: matrix.Warning, Because: "the bindings of Flux's roles should name controllers only",
			Origin: matrix.Share(matrix.Origin{Kind: "ClusterRoleBinding"}), Hint: "let the caller list clusterroles and clusterrolebindings",
		}, Verdict: matrix.Undetermined, Evidence: b.Unread})
		return
	}
	for _, x := range b.Dangling {
		s.Add(&matrix.Observed{CheckMeta: matrix.CheckMeta{
			Code: "FP104", Subject: matrix.Share(x.Subject(x.Subjects[0])), Severity: matrix.Warning,
			Because: "it names Flux's controllers, but the role that it binds does not exist",
			Origin:  matrix.Share(matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: "roleRef"}), Hint: "restore the ClusterRole, or remove the binding",
		}, Verdict: matrix.Missing, Evidence: fmt.Sprintf("roleRef: ClusterRole %s does not exist", x.RoleRef.Name)})
	}
	if b.Unbound != "" {
		s.Add(&matrix.Observed{CheckMeta: matrix.CheckMeta{
			Code: "FP104", Severity: matrix.Warning, Because: "it grants what Flux's controllers need, and no ClusterRoleBinding refers to it",
			Origin: matrix.Share(matrix.Origin{Kind: "ClusterRole", Name: b.Unbound}),
			Hint:   fmt.Sprintf("bind it to the controllers of %s with a ClusterRoleBinding, as flux install --export prints it", s.Install.Namespace),
		}, Verdict: matrix.Missing, Evidence: fmt.Sprintf("ClusterRole %s is not bound", b.Unbound)})
	}
	for _, x := range slices.Concat(b.Controllers, b.Reconcilers) {
		role, _ := s.RBAC().RoleOf(x)
		for i := range x.Subjects {
			s.boundSubject(x, i, model.GrantsEverything(role))
		}
	}
}

// boundSubject checks one subject, if it is not one that FP202 is about.
func (s *scope) boundSubject(x rbac.Binding, i int, admin bool) {
	subject := x.Subject(x.Subjects[i])
	c := &matrix.Observed{CheckMeta: matrix.CheckMeta{
		Code: "FP104", Subject: matrix.Share(subject), Severity: matrix.Warning,
		Because: fmt.Sprintf("ClusterRoleBinding %s gives it the permissions of ClusterRole %s", x.Name, x.RoleRef.Name),
		Origin:  matrix.Share(matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: fmt.Sprintf("subjects[%d]", i)}),
		Hint:    "remove it from the subjects",
	}}
	exists := matrix.Pass
	if subject.Kind == matrix.KindServiceAccount {
		exists = s.Exists(subject)
	}
	own := slices.ContainsFunc(s.Accounts, func(a model.Account) bool { return a.Subject == subject })
	switch {
	case own:
		c.Verdict, c.Evidence, c.Hint = matrix.Pass, "it is the account of a controller", ""
		if admin && exists == matrix.Pass && slices.Contains(checks.NotReconcilers(s.Model, s.Install), subject) {
			return
		}
	case exists == matrix.Undetermined:
		c.Verdict, c.Evidence = matrix.Undetermined, "no controller runs as it; "+checks.AccountsUnlisted(s.Model)
	case exists == matrix.Missing:
		c.Verdict, c.Evidence = matrix.Missing, "the ServiceAccount does not exist: whoever creates it gets these permissions"
	case admin:
		return
	default:
		c.Verdict, c.Evidence = matrix.Excess, "no controller of this Flux runs as it"
	}
	// The bindings of a release name every controller, installed or not (flux2 manifests/rbac/controller.yaml@v2.9.5).
	if !own && subject.Namespace == s.Install.Namespace && s.Facts.Components.OwnAccount(subject.Name) {
		c.Severity, c.Hint = matrix.Info, "remove it from the subjects, or keep it for when the controller is installed"
	}
	s.Add(c)
}
