// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"cmp"
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// samplesPerTenant is how many namespaces of other tenants without a RoleBinding for the account are still asked
// about for each tenant, each with another access, to notice authorizers other than RBAC.
const samplesPerTenant = 1

// crossTenant asks for access to the namespaces of other tenants (FP502). To ask every tenant about every other
// would cost the square of their number, so each access is asked once for all namespaces, and then only in the
// namespaces whose RoleBindings name the account or one of its groups.
type crossTenant struct {
	*section
	unlisted string // why RoleBindings are not known; "" when they are
	budget   int    // reviews that are left for asking every pair
	skipped  int    // pairs that exceeded it
}

func newCrossTenant(s *section) *crossTenant {
	return &crossTenant{
		section: s, unlisted: s.WhyUnread(rbacv1.GroupName, "rolebindings"), budget: cmp.Or(s.options.MaxReviews, checks.DefaultMaxReviews),
	}
}

// ask asks about one tenant, the i-th.
func (c *crossTenant) ask(t model.Tenant, i int) {
	forbidden := c.forbidden.TenantNamespace
	c.forbid(t, "FP502", "", forbidden, matrix.Error, "other tenants are there")
	others := func(yield func(string) bool) {
		for _, n := range c.TenantNamespaces {
			if !slices.Contains(t.Home, n) && !yield(n) {
				return
			}
		}
	}
	if c.options.Exhaustive || c.unlisted != "" {
		for n := range others {
			c.askPair(t, n)
		}
		return
	}
	named := map[string]bool{}
	for _, place := range c.permissions.Of(t.Account) {
		named[place.Namespace] = true
	}
	var rest []string
	for n := range others {
		if named[n] {
			c.forbid(t, "FP502", n, forbidden, matrix.Error, "another tenant is there, and a RoleBinding there names the account or one of its groups")
		} else {
			rest = append(rest, n)
		}
	}
	for k := range min(samplesPerTenant, len(rest)) {
		sample := (i + k) % len(forbidden)
		c.forbidOther(t, rest[(i*samplesPerTenant+k)%len(rest)], forbidden[sample:sample+1])
	}
}

// askPair asks about a tenant and a namespace of another one, as far as the budget goes.
func (c *crossTenant) askPair(t model.Tenant, namespace string) {
	forbidden := c.forbidden.TenantNamespace
	if !c.options.Exhaustive && c.budget < len(forbidden) {
		c.skipped++
		return
	}
	c.budget -= len(forbidden)
	c.forbidOther(t, namespace, forbidden)
}

func (c *crossTenant) forbidOther(t model.Tenant, namespace string, accesses []matrix.Access) {
	c.forbid(t, "FP502", namespace, accesses, matrix.Error, "another tenant is there")
}

// skipBeyondLimit describes the pairs that exceeded the budget.
func (c *crossTenant) skipBeyondLimit() {
	if c.skipped > 0 {
		c.SkipGap(c.UnreadGap("rolebindings."+rbacv1.GroupName, fmt.Sprintf("%d pairs of a tenant's account and another tenant's namespace", c.skipped),
			fmt.Sprintf("rolebindings.%s could not be listed (%s), so every pair would have to be asked; that takes more reviews than the limit", rbacv1.GroupName, c.unlisted)))
	}
}
