// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// defaultAccounts asks whether the default accounts of tenants' namespaces can do nothing beyond discovery (FP505),
// which lockdown relies on: objects that name no account are reconciled as the default one. One access is always
// asked, and one for each rule that bindings give it. If the flag names another account than "default" and Flux
// applies objects as it, that account is a tenant's like any other.
func (s *section) defaultAccounts() {
	for _, d := range s.lockdownDeployments() {
		name := d.Flags.Text(facts.FlagDefaultServiceAccount)
		used := map[matrix.Subject]bool{}
		for _, r := range s.Reconciliations {
			if r.Impersonated() && (name != "default" || r.By == model.ByObject) {
				used[r.Account] = true
			}
		}
		for _, n := range s.TenantNamespaces {
			if account := matrix.ServiceAccount(n, name); s.Includes(n) && !used[account] {
				s.forbidEverything(account, d.Origin("--"+facts.FlagDefaultServiceAccount))
			}
		}
	}
}

func (s *section) forbidEverything(account matrix.Subject, origin matrix.Origin) {
	samples := s.forbidden.Samples
	always := samples[:1]
	if s.WhyRBACUnread() != "" || s.options.Exhaustive {
		always = samples
	}
	var accesses []matrix.Access
	for _, x := range always {
		if a, ok := s.in(x, account.Namespace); ok {
			accesses = append(accesses, a)
		}
	}
	for _, a := range s.oneOfEachRule(account, samples) {
		if !slices.Contains(accesses, a) {
			accesses = append(accesses, a)
		}
	}
	for _, a := range accesses {
		s.Add(&matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Code: "FP505", Subject: matrix.Share(account), Severity: matrix.Error, Origin: matrix.Share(origin),
				Because: "lockdown relies on it: objects that name no account are reconciled as " + account.String(),
			},
			Want: matrix.Deny, AnyOf: matrix.One(account, a), AllAccess: true,
		})
	}
}

// lockdownDeployments returns the Deployments of kustomize- and helm-controller, one for each default account that
// they impersonate.
func (s *section) lockdownDeployments() []*model.Deployment {
	var found []*model.Deployment
	for _, d := range s.Deployments {
		name := d.Flags.Text(facts.FlagDefaultServiceAccount)
		if s.Facts.Releases.IsReconciler(d.Component) && name != "" &&
			!slices.ContainsFunc(found, func(f *model.Deployment) bool { return f.Flags.Text(facts.FlagDefaultServiceAccount) == name }) {
			found = append(found, d)
		}
	}
	return found
}
