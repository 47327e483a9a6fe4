// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// spread is the number of other tenants' namespaces, of those that no binding hints at, that each
// tenant is asked about all the same, each with another access: together they catch an authorizer
// other than RBAC.
const spread = 1

// crossing derives FP502: into another tenant's namespace. Asking every tenant about every other
// would cost the square of their number, so each access is asked once for all namespaces, and then
// only where a RoleBinding names the account or one of its groups.
type crossing struct {
	*granted
	namespaces []string // all tenants', sorted
	unlisted   string   // why RoleBindings are not known
	budget     int      // reviews left for asking every pair
	skipped    int      // pairs that it did not suffice for
}

func (g *granted) crossing(namespaces []string) *crossing {
	return &crossing{
		granted: g, namespaces: namespaces, unlisted: g.view.unread(rbacGroup, "rolebindings"), budget: cmp.Or(g.options.MaxReviews, DefaultMaxReviews),
	}
}

// add asks for one tenant, the i-th.
func (c *crossing) add(t tenant, i int, home []string, out *derived) {
	c.reach(t, "FP502", "", reachTenant, reachElsewhere, "other tenants are there", out)
	others := slices.DeleteFunc(slices.Clone(c.namespaces), func(n string) bool {
		return slices.Contains(home, n)
	})
	if c.options.Exhaustive || c.unlisted != "" {
		c.pairs(t, others, out)
		return
	}
	named := c.named(t.account)
	var rest []string
	for _, n := range others {
		if named[n] {
			c.reach(t, "FP502", n, reachTenant, reachElsewhere, "another tenant is there, and a RoleBinding there names the account or one of its groups", out)
		} else {
			rest = append(rest, n)
		}
	}
	for k := range min(spread, len(rest)) {
		access := (i + k) % len(reachTenant)
		c.into(t, rest[(i*spread+k)%len(rest)], reachTenant[access:access+1], "another tenant is there", out)
	}
}

// pairs asks about every pair, as far as the budget goes.
func (c *crossing) pairs(t tenant, others []string, out *derived) {
	for _, n := range others {
		if !c.options.Exhaustive && c.budget < len(reachTenant) {
			c.skipped++
			continue
		}
		c.budget -= len(reachTenant)
		c.into(t, n, reachTenant, "another tenant is there", out)
	}
}

func (c *crossing) into(t tenant, namespace string, accesses []reach, because string, out *derived) {
	c.mustNot(t, "FP502", namespace, accesses, matrix.Error, because, out)
}

// named are the namespaces with a RoleBinding of the account, or of a group that it is in, and "" if
// there is such a ClusterRoleBinding.
func (c *crossing) named(account matrix.Subject) map[string]bool {
	named := map[string]bool{}
	for _, s := range append([]matrix.Subject{account}, groupsOf(account)...) {
		for _, x := range c.grants[s] {
			named[x.namespace] = true
		}
	}
	return named
}

// leftOut says what the budget did not suffice for.
func (c *crossing) leftOut(out *derived) {
	if c.skipped > 0 {
		out.gap(fmt.Sprintf("%d pairs of a tenant's account and another tenant's namespace", c.skipped),
			fmt.Sprintf("rolebindings.%s could not be listed (%s), so every pair would have to be asked; more reviews than the limit", rbacGroup, c.unlisted))
	}
}

// foreign says in which namespaces, that are no tenant's, not Flux's and not kube-system, a RoleBinding names a
// tenant's account itself: whether it should is for people to know.
func (c *crossing) foreign(tenants []tenant, byLabel map[string][]string, out *derived) {
	for _, t := range tenants {
		known := append(t.home(byLabel), "", "kube-system")
		var bound []string
		for _, x := range c.grants[t.account] {
			if !slices.Contains(known, x.namespace) && !slices.Contains(c.namespaces, x.namespace) && !c.isFlux(x.namespace) && !slices.Contains(bound, x.namespace) {
				bound = append(bound, x.namespace)
			}
		}
		if len(bound) > 0 {
			slices.Sort(bound)
			out.gap(fmt.Sprintf("what %s may do in %s", t.account, strings.Join(bound, ", ")),
				"a RoleBinding names it there, and whether it should is not known: no tenant and no Flux is there")
		}
	}
}
