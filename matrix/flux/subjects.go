// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// ownAccounts says whether the accounts of the install's controllers exist (FP105). The API server answers
// about an account that does not exist as about any other.
func (w *work) ownAccounts(out *derived) {
	for _, a := range w.accounts {
		e := matrix.Expectation{
			Code: "FP105", Subject: a.subject, Severity: matrix.Error,
			Because: fmt.Sprintf("the pods of %s run as it", a), Settled: matrix.Pass, Observed: "the ServiceAccount exists",
			Origin: matrix.Origin{Kind: "Deployment", Namespace: a.controllers[0].Namespace, Name: a.controllers[0].Name, Field: "spec.template.spec.serviceAccountName"},
		}
		switch w.exists(a.subject) {
		case matrix.Missing:
			e.Settled, e.Observed = matrix.Missing, "the ServiceAccount does not exist: no pod can start"
			e.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s", a.subject.Namespace, a.subject.Name)
		case matrix.Undetermined:
			e.Settled, e.Observed = matrix.Undetermined, w.unlisted()
		}
		out.add(e)
	}
}

// exists is Pass, Missing, or Undetermined when accounts could not be listed.
func (x *expander) exists(account matrix.Subject) matrix.Verdict {
	if _, ok := x.accounts[account]; ok {
		return matrix.Pass
	}
	if _, ok := x.snapshot.Unread[listServiceAccounts]; ok {
		return matrix.Undetermined
	}
	return matrix.Missing
}

func (x *expander) unlisted() string {
	return "serviceaccounts could not be listed: " + x.snapshot.Unread[listServiceAccounts]
}

// boundSubjects looks at each subject of the bindings that stand for crd-controller and cluster-reconciler:
// one that does not exist can be created by whoever may create ServiceAccounts there, and one that is no
// controller has Flux's rights for no reason (FP104).
func (w *work) boundSubjects(out *derived) {
	if w.roles.unread != "" {
		out.add(matrix.Expectation{
			Code: "FP104", Severity: matrix.Warning, Because: "the bindings of Flux's roles should name controllers only",
			Settled: matrix.Undetermined, Observed: w.roles.unread, Origin: matrix.Origin{Kind: "ClusterRoleBinding"},
			Hint: "let the caller list clusterroles and clusterrolebindings",
		})
		return
	}
	for _, x := range w.roles.dangling {
		out.add(matrix.Expectation{
			Code: "FP104", Severity: matrix.Warning, Because: "it names Flux's controllers, but the role that it binds does not exist",
			Settled: matrix.Missing, Observed: fmt.Sprintf("roleRef: ClusterRole %s does not exist", x.RoleRef.Name),
			Origin: matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: "roleRef"}, Hint: "restore the ClusterRole, or remove the binding",
			Subject: toSubject(x.Subjects[0]),
		})
	}
	if name := w.roles.unbound; name != "" {
		out.add(matrix.Expectation{
			Code: "FP104", Severity: matrix.Warning, Because: "it grants what Flux's controllers need, and no ClusterRoleBinding gives it to anybody",
			Settled: matrix.Missing, Observed: fmt.Sprintf("ClusterRole %s is not bound", name),
			Origin: matrix.Origin{Kind: "ClusterRole", Name: name},
			Hint:   fmt.Sprintf("bind it to the controllers of %s by a ClusterRoleBinding, as flux install --export prints it", w.install.Namespace),
		})
	}
	for _, x := range slices.Concat(w.roles.controller, w.roles.reconciler) {
		admin := w.roles.roles[x.RoleRef.Name].isAdmin()
		for i := range x.Subjects {
			if e, ok := w.boundSubject(x, i, admin); ok {
				out.add(e)
			}
		}
	}
}

// boundSubject judges one subject. It is false for one that FP202 is about.
func (w *work) boundSubject(x Binding, i int, admin bool) (matrix.Expectation, bool) {
	subject := toSubject(x.Subjects[i])
	e := matrix.Expectation{
		Code: "FP104", Subject: subject, Severity: matrix.Warning,
		Because: fmt.Sprintf("ClusterRoleBinding %s gives it the rights of ClusterRole %s", x.Name, x.RoleRef.Name),
		Origin:  matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: fmt.Sprintf("subjects[%d]", i)},
		Hint:    "take it out of the subjects",
	}
	if slices.ContainsFunc(w.accounts, func(a account) bool { return a.subject == subject }) {
		e.Settled, e.Observed, e.Hint = matrix.Pass, "it is the account of a controller", ""
		return e, !admin || w.exists(subject) != matrix.Pass || !slices.Contains(w.others(), subject)
	}
	existing := matrix.Excess
	if subject.Kind == matrix.KindServiceAccount {
		existing = w.exists(subject)
	}
	switch existing {
	case matrix.Undetermined:
		e.Settled, e.Observed = matrix.Undetermined, "no controller runs as it; "+w.unlisted()
	case matrix.Missing:
		e.Settled, e.Observed = matrix.Missing, "the ServiceAccount does not exist: whoever creates it gets these rights"
	default:
		e.Settled, e.Observed = matrix.Excess, "no controller of this Flux runs as it"
	}
	// The bindings of a release name every controller, installed or not (flux2 manifests/rbac/controller.yaml).
	if subject.Namespace == w.install.Namespace && w.ownName(subject.Name) {
		e.Severity, e.Hint = matrix.Info, "take it out of the subjects, or leave it for when the controller is installed"
	}
	return e, !admin || existing == matrix.Missing || existing == matrix.Undetermined
}

// ownName knows the accounts of Flux's own controllers; the community chart calls that of source-watcher
// source-watcher-controller.
func (w *work) ownName(name string) bool {
	return w.known(name) || name == "source-watcher-controller"
}

// boundAdmins are the subjects of the bindings that stand for cluster-reconciler, which must be kustomize-
// and helm-controller only (FP202). Those that do not exist are FP104's, and the accounts of the Flux
// namespace are asked about.
func (w *work) boundAdmins(out *derived) {
	for _, x := range w.roles.reconciler {
		for i, s := range x.Subjects {
			subject := toSubject(s)
			ours := slices.ContainsFunc(w.accounts, func(a account) bool { return a.subject == subject })
			ours = ours || subject.Namespace == w.install.Namespace && isReconciler(subject.Name)
			if ours || slices.Contains(w.others(), subject) || subject.Kind == matrix.KindServiceAccount && (w.exists(subject) != matrix.Pass || subject.Name == Operator) {
				continue
			}
			out.add(matrix.Expectation{
				Code: "FP202", Subject: subject, Severity: matrix.Error,
				Because: "only kustomize- and helm-controller apply what people write, and need cluster-admin for it",
				Origin:  matrix.Origin{Kind: "ClusterRoleBinding", Name: x.Name, Field: fmt.Sprintf("subjects[%d]", i)},
				Settled: matrix.Excess, Observed: fmt.Sprintf("ClusterRoleBinding %s binds it to ClusterRole %s", x.Name, x.RoleRef.Name),
				Hint: "take it out of the subjects",
			})
		}
	}
}
