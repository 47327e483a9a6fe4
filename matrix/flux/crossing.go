// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"slices"

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
	*view
	namespaces []string                    // all tenants', sorted
	reached    map[matrix.Subject][]string // by account or group: namespaces of bindings that name it, "" for all
	unread     string                      // why bindings are not known
	budget     int                         // reviews left for asking every pair
	skipped    int                         // pairs that it did not suffice for
}

func (v *view) crossing(namespaces []string) *crossing {
	c := &crossing{view: v, namespaces: namespaces, reached: map[matrix.Subject][]string{}}
	c.unread = v.unread(rbacGroup, "rolebindings")
	c.budget = cmp.Or(v.options.MaxReviews, DefaultMaxReviews)
	for _, b := range v.Bindings {
		if _, tenants := slices.BinarySearch(namespaces, b.Namespace); !tenants && b.Namespace != "" {
			continue
		}
		for _, s := range b.Subjects {
			subject := matrix.Subject{Kind: s.Kind, Name: s.Name}
			switch s.Kind {
			case matrix.KindServiceAccount:
				subject.Namespace = s.Namespace
			case matrix.KindUser: // which can be an account by its user name
				subject = subjectOf(s.Name)
			}
			c.reached[subject] = append(c.reached[subject], b.Namespace)
		}
	}
	return c
}

// add asks for one tenant, the i-th.
func (c *crossing) add(t tenant, i int, home []string, out *derived) {
	c.mustNot(t, "FP502", "", reachTenant, matrix.Error, "other tenants are there", out)
	others := slices.DeleteFunc(slices.Clone(c.namespaces), func(n string) bool {
		return slices.Contains(home, n)
	})
	if c.options.Exhaustive || c.unread != "" {
		c.everywhere(t, others, out)
		return
	}
	named := c.named(t.account)
	var rest []string
	for _, n := range others {
		if named[n] {
			c.into(t, n, reachTenant, "another tenant is there, and a RoleBinding there names the account or one of its groups", out)
		} else {
			rest = append(rest, n)
		}
	}
	for k := range min(spread, len(rest)) {
		access := (i + k) % len(reachTenant)
		c.into(t, rest[(i*spread+k)%len(rest)], reachTenant[access:access+1], "another tenant is there", out)
	}
}

// everywhere asks about every pair, as far as the budget goes.
func (c *crossing) everywhere(t tenant, others []string, out *derived) {
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
// there is such a ClusterRoleBinding. What every user is granted is not meant: it is discovery.
func (c *crossing) named(account matrix.Subject) map[string]bool {
	named := map[string]bool{}
	subjects := []matrix.Subject{account}
	for _, group := range account.Groups() {
		subjects = append(subjects, matrix.Subject{Kind: matrix.KindGroup, Name: group})
	}
	for _, s := range subjects {
		for _, n := range c.reached[s] {
			named[n] = named[n] || n != "" || s.Name != "system:authenticated"
		}
	}
	return named
}

// leftOut says what the budget did not suffice for.
func (c *crossing) leftOut(out *derived) {
	if c.skipped > 0 {
		out.gap(fmt.Sprintf("%d pairs of a tenant's account and another tenant's namespace", c.skipped),
			fmt.Sprintf("rolebindings.%s could not be listed (%s), so every pair would have to be asked; more reviews than the limit", rbacGroup, c.unread))
	}
}
