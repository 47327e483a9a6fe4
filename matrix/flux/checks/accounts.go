// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// AccountsUnlisted describes why it is not known whether an account exists.
func AccountsUnlisted(m *model.Model) string {
	return "serviceaccounts could not be listed: " + m.WhyUnread("", "serviceaccounts")
}

// NotReconcilers returns the accounts of an install, with or without a controller, that apply nothing for people,
// and so must not be cluster-admin.
func NotReconcilers(m *model.Model, i *model.Install) []matrix.Subject {
	reconciles := func(component string) bool {
		return m.Facts.Releases.IsReconciler(component) || component == facts.Operator
	}
	var subjects, reconcilers []matrix.Subject
	for _, a := range i.Accounts {
		if a.Runs(reconciles) {
			reconcilers = append(reconcilers, a.Subject)
		} else {
			subjects = append(subjects, a.Subject)
		}
	}
	for _, account := range m.ServiceAccounts {
		subject := matrix.ServiceAccount(account.Namespace, account.Name)
		// A release binds the accounts of both reconcilers, whether they are installed or not.
		if account.Namespace == i.Namespace && !reconciles(account.Name) && !slices.Contains(subjects, subject) {
			subjects = append(subjects, subject)
		}
	}
	return slices.DeleteFunc(subjects, func(s matrix.Subject) bool { return slices.Contains(reconcilers, s) })
}
