// SPDX-License-Identifier: Apache-2.0

package impersonation

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// accountsExist checks that the accounts exist (FP302). Flux impersonates an account that does not exist all the
// same, with the permissions of its groups and of bindings that name it, so that the refusals are misleading; and it
// skips pruning or uninstalling without a word in the status (kustomize-controller
// kustomization_controller.go@v1.9.5).
func (s *section) accountsExist(pairs []*pair) {
	if s.WhyUnread("", "serviceaccounts") != "" {
		if len(pairs) > 0 {
			s.SkipGap(s.UnreadGap("serviceaccounts", "whether the accounts that Flux impersonates exist", checks.AccountsUnlisted(s.Model)))
		}
		return
	}
	seen := map[matrix.Subject]int{}
	for _, p := range pairs {
		c := s.accountExists(p)
		at, again := seen[p.account]
		switch {
		case !again:
			seen[p.account] = len(s.Checks)
			s.Add(c)
		case s.Checks[at].Meta().Severity == matrix.Info:
			s.Checks[at] = c
		}
	}
}

func (s *section) accountExists(p *pair) matrix.Check {
	shown, relies := p.reconciliations[0], ""
	for _, r := range p.reconciliations {
		if relies = reliesOnAccount(r.Object); relies != "" {
			shown = r
			break
		}
	}
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP302", Subject: matrix.Share(p.account), Severity: matrix.Info,
			Because: fmt.Sprintf("%s%s is reconciled as this account", shown.Object, others(len(p.reconciliations))),
			Origin:  matrix.Share(shown.Origin(model.ByObject)),
		},
		Verdict: matrix.Pass, Evidence: "the ServiceAccount exists",
	}
	if !s.Absent(p.account) {
		return c
	}
	c.Verdict, c.Evidence = matrix.Missing, "the ServiceAccount does not exist; Flux impersonates it all the same, with what its groups and bindings grant"
	c.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s, or name another in %s",
		safetext.Quote(p.account.Namespace), safetext.Quote(p.account.Name), shown.Object)
	if relies != "" {
		c.Severity = matrix.Warning
		c.Because += "; " + relies
	}
	return c
}

// reliesOnAccount describes what is silently skipped for o while its account does not exist; "" for nothing.
func reliesOnAccount(o snapshot.Object) string {
	switch {
	case o.Kind == "HelmRelease":
		return "its deletion then skips the uninstall"
	case fields.True(o.Fields, "spec.prune"):
		return "its deletion then skips pruning"
	case o.Kind == "ResourceSet":
		return "its deletion then leaves its objects behind"
	default:
		return ""
	}
}
