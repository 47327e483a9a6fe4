// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// mustNots are the rights that the account of a controller which applies nothing for people must not have: those
// that lead to more than Flux's own objects (FP102), and with Options.Exact all others that the profile
// does not grant (FP103). They are asked in the account's own namespace: the answer is by the bindings of
// the cluster and by those of that namespace.
func (w *work) mustNots(a account, out *derived) {
	if !a.runs(w.known) || a.runs(isReconciler) {
		return
	}
	allowed := w.allowed(a)
	seen := map[matrix.Attributes]bool{}
	deny := func(code string, c cell, because string) {
		if seen[c.attributes] || anyCovers(allowed, c.attributes) {
			return
		}
		seen[c.attributes] = true
		out.add(unlessLost(matrix.Expectation{
			Code: code, Subject: a.subject, Ways: matrix.One(a.subject, c.attributes), Want: matrix.Deny, Severity: matrix.Error,
			Because: because, Origin: matrix.Origin{Release: w.judged.String()},
			Hint: "take the right away in the role or binding that the server's reason names",
		}, c))
	}
	for _, r := range in(w.mustNot.Rules, w.judged) {
		cells, absent := w.expandMustNot(r, a.subject.Namespace)
		w.absent(absent, out)
		for _, c := range cells {
			deny("FP102", c, fmt.Sprintf("%s applies nothing for people: %s", a, r.Why))
		}
	}
	if !w.options.Exact {
		return
	}
	everything := rule{Groups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}
	cells, _ := w.expand(everything, a.subject.Namespace)
	slices.SortStableFunc(cells, func(x, y cell) int { return x.attributes.Compare(y.attributes) })
	for _, c := range cells {
		deny("FP103", c, fmt.Sprintf("%s, so %s should not have it", w.notGranted(), a))
	}
}

// expandMustNot expands a rule of mustnot.yaml, whose "*" is meant literally.
func (w *work) expandMustNot(r rule, namespace string) ([]cell, []string) {
	if slices.Contains(r.Groups, "*") {
		return []cell{{attributes: matrix.Attributes{Verb: "*", Group: "*", Resource: "*", Namespace: namespace}}}, nil
	}
	return w.expand(r, namespace)
}

// allowed are the rules that are no excess for an account: what the profile grants it, what its code needs,
// what installers may add, and what every account may do. By the profile Required the role of the release is
// an excess where it goes beyond the needs.
func (w *work) allowed(a account) []rule {
	allowed := slices.Clone(w.releases.Everyone)
	if w.profile() != Required {
		allowed = append(allowed, w.granted(a)...)
	}
	for _, n := range w.needsOf(a, w.judged) {
		allowed = append(allowed, n.rule)
	}
	for _, role := range w.releases.Optional {
		if !a.runs(func(component string) bool { return role.binds(component, w.judged) }) {
			continue
		}
		for _, r := range in(role.Rules, w.judged) {
			if !w.leftOver(a, r) {
				allowed = append(allowed, r)
			}
		}
	}
	return allowed
}

// leftOver says whether r, which a role of its own may add, comes from the role of an earlier release: that
// granted it in crd-controller, a role like that still does, and no other role of the account grants it.
func (w *work) leftOver(a account, r rule) bool {
	shipped := w.role("crd-controller").Rules
	if !within(r, shipped) || within(r, in(shipped, w.judged)) {
		return false
	}
	grants := func(role Role) bool { return within(r, role.rules()) }
	return w.roles.holds(a.subject, func(role Role) bool { return role.grantsFlux() && grants(role) }) &&
		!w.roles.holds(a.subject, func(role Role) bool { return !role.grantsFlux() && grants(role) })
}

func (w *work) notGranted() string {
	switch w.profile() {
	case Documented:
		return "Flux's security page does not mention it"
	case Required:
		return "the code does not need it"
	}
	return fmt.Sprintf("Flux %s does not grant it", w.judged)
}

// mayEverything are the other accounts of the install's namespace, which must not have cluster-admin
// (FP202). flux-operator has it by its own installation.
func (w *work) mayEverything(out *derived) {
	if reason, ok := w.snapshot.Unread[listServiceAccounts]; ok {
		out.gap("accounts without a controller in "+w.install.Namespace, listServiceAccounts+" could not be listed: "+reason)
	}
	for _, subject := range w.others() {
		out.add(matrix.Expectation{
			Code: "FP202", Subject: subject, Want: matrix.Deny, Severity: matrix.Error,
			Ways:    matrix.One(subject, matrix.Attributes{Verb: "*", Group: "*", Resource: "*"}),
			Because: fmt.Sprintf("in %s only kustomize- and helm-controller are cluster-admin", w.install.Namespace),
			Origin:  origin(w.roles.reconciler, w.judged),
			Hint:    "take it out of the binding that the server's reason names",
		})
	}
}

// others are the accounts of the install, with or without a controller, that apply nothing for people.
func (w *work) others() []matrix.Subject {
	var subjects, reconcile []matrix.Subject
	for _, a := range w.accounts {
		if a.runs(isReconciler) || a.runs(func(component string) bool { return component == Operator }) {
			reconcile = append(reconcile, a.subject)
		} else {
			subjects = append(subjects, a.subject)
		}
	}
	for _, account := range w.snapshot.ServiceAccounts {
		subject := matrix.ServiceAccount(account.Namespace, account.Name)
		// A release binds the accounts of both reconcilers, whether they are installed or not.
		bound := account.Name == Operator || isReconciler(account.Name)
		if account.Namespace == w.install.Namespace && !bound && !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	return slices.DeleteFunc(subjects, func(s matrix.Subject) bool { return slices.Contains(reconcile, s) })
}
