// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// reconcilers is the section about the cluster-admin right of kustomize- and helm-controller.
type reconcilers struct{ options Options }

func (c reconcilers) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	out := &derived{}
	for _, w := range works(s, c.options) {
		for _, a := range w.accounts {
			if a.runs(isReconciler) {
				w.reconciler(a, out)
			}
		}
		w.boundAdmins(out)
		w.mayEverything(out)
	}
	return out.expectations, out.gaps
}

// reconciler expects cluster-admin of an account, literally and for all that is served (FP201); or the
// right to impersonate, where the account was given that alone.
func (w *work) reconciler(a account, out *derived) {
	expect := func(c cell, because, hint string) {
		out.add(unlessLost(matrix.Expectation{
			Code: "FP201", Subject: a.subject, Ways: matrix.One(a.subject, c.attributes), Want: matrix.Allow,
			Severity: matrix.Error, Because: because, Origin: origin(w.roles.reconciler, w.judged), Hint: hint,
		}, c))
	}
	if w.unprivileged(a) {
		right := matrix.Attributes{Verb: "impersonate", Resource: "serviceaccounts"}
		expect(cell{attributes: right}, fmt.Sprintf("%s runs without cluster-admin, and applies only as the accounts that it impersonates", a),
			"restore the ClusterRole that lets it impersonate ServiceAccounts")
		out.gap(fmt.Sprintf("cluster-admin of %s", a.subject),
			"it was given the right to impersonate ServiceAccounts instead (multitenancy.privileged=false of the community chart)")
		return
	}
	for _, r := range w.role("cluster-reconciler").Rules {
		cells, _ := w.expand(r, "")
		for _, c := range cells {
			expect(c, fmt.Sprintf("%s applies whatever a source holds when no account is named: Flux %s binds it to cluster-admin", a, w.judged),
				w.rebind(a))
		}
	}
}

// unprivileged says whether the account was given impersonation in the place of cluster-admin.
func (w *work) unprivileged(a account) bool {
	return w.roles.unread == "" && !w.roles.holds(a.subject, Role.isAdmin) && w.roles.holds(a.subject, Role.onlyImpersonates)
}

// rebind says what to do when an account lacks cluster-admin.
func (w *work) rebind(a account) string {
	for _, x := range w.roles.dangling {
		return fmt.Sprintf("ClusterRoleBinding %s refers to ClusterRole %s, which does not exist: restore it", x.Name, x.RoleRef.Name)
	}
	if len(w.roles.reconciler) > 0 {
		return fmt.Sprintf("add ServiceAccount %s to the subjects of ClusterRoleBinding %s", a.subject, w.roles.reconciler[0].Name)
	}
	return fmt.Sprintf("bind ServiceAccount %s to ClusterRole cluster-admin by a ClusterRoleBinding, as cluster-reconciler does", a.subject)
}
