// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// accountsExist is FP302. Flux impersonates an account that does not exist all the same, with the
// rights of its groups and of bindings that name it, so that the refusals mislead; and it skips
// pruning or uninstalling without a word in the status (kustomize-controller
// kustomization_controller.go@v1.9.5).
func (v *view) accountsExist(pairs []*pair, out *derived) {
	if why := v.Unread["serviceaccounts"]; why != "" {
		if len(pairs) > 0 {
			out.gap("whether the accounts that Flux impersonates exist", "serviceaccounts could not be listed: "+why)
		}
		return
	}
	seen := map[matrix.Subject]int{}
	for _, p := range pairs {
		e := v.accountExists(p)
		at, again := seen[p.account]
		switch {
		case !again:
			seen[p.account] = len(out.expectations)
			out.add(e)
		case out.expectations[at].Severity == matrix.Info:
			out.expectations[at] = e
		}
	}
}

func (v *view) accountExists(p *pair) matrix.Expectation {
	shown, relies := p.work[0], ""
	for _, r := range p.work {
		if relies = reliesOnAccount(r.Object); relies != "" {
			shown = r
			break
		}
	}
	e := matrix.Expectation{
		Code: "FP302", Subject: p.account, Severity: matrix.Info,
		Because: fmt.Sprintf("%s%s is reconciled as this account", shown.Object, others(len(p.work))),
		Origin:  shown.origin("spec.serviceAccountName"), Settled: matrix.Pass, Observed: "the ServiceAccount exists",
	}
	if !v.absent(p.account) {
		return e
	}
	e.Settled, e.Observed = matrix.Missing, "the ServiceAccount does not exist; Flux impersonates it all the same, with what its groups and bindings grant"
	e.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s, or name another in %s", p.account.Namespace, p.account.Name, shown.Object)
	if relies != "" {
		e.Severity = matrix.Warning
		e.Because += "; " + relies
	}
	return e
}

// reliesOnAccount says what is silently skipped for o while its account does not exist, "" for
// nothing.
func reliesOnAccount(o Object) string {
	switch {
	case o.Kind == "HelmRelease":
		return "its deletion then skips the uninstall"
	case truth(o.Fields, "spec.prune"):
		return "its deletion then skips pruning"
	case o.Kind == "ResourceSet":
		return "its deletion then leaves its objects behind"
	}
	return ""
}
