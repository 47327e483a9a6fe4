// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Need is what one subject needs in one scope: the rules of the one role that would grant it.
type Need struct {
	Subject   matrix.Subject
	Namespace string // "" is all of the cluster
	Rules     []rbacv1.PolicyRule
	Reviews   []matrix.Review // what Rules are made of, sorted
}

// Smallest merges reviews into the smallest rules that allow exactly them: one Need for each subject
// and scope, sorted, with rules merged where that grants nothing more. A right on all names makes
// the same right on one name needless, and one in all of the cluster the one in a namespace.
func Smallest(reviews []matrix.Review) []Need {
	asked := make(map[matrix.Review]bool, len(reviews))
	for _, r := range reviews {
		asked[r] = true
	}
	type scope struct {
		subject   matrix.Subject
		namespace string
	}
	byScope := map[scope][]matrix.Review{}
	for r := range asked {
		if !slices.ContainsFunc(wider(r), func(w matrix.Review) bool { return asked[w] }) {
			s := scope{r.Subject, r.Attributes.Namespace}
			byScope[s] = append(byScope[s], r)
		}
	}
	needs := make([]Need, 0, len(byScope))
	for s, reviews := range byScope {
		slices.SortFunc(reviews, func(a, b matrix.Review) int { return a.Attributes.Compare(b.Attributes) })
		needs = append(needs, Need{Subject: s.subject, Namespace: s.namespace, Rules: mergeRules(reviews), Reviews: reviews})
	}
	slices.SortFunc(needs, func(a, b Need) int {
		return cmp.Or(a.Subject.Compare(b.Subject), strings.Compare(a.Namespace, b.Namespace))
	})
	return needs
}

// wider are the questions that RBAC cannot allow without allowing r: for all names, for all
// namespaces, and for both.
func wider(r matrix.Review) []matrix.Review {
	var reviews []matrix.Review
	unnamed, everywhere, both := r, r, r
	unnamed.Attributes.Name, everywhere.Attributes.Namespace = "", ""
	both.Attributes.Name, both.Attributes.Namespace = "", ""
	for _, w := range []matrix.Review{unnamed, everywhere, both} {
		if w != r {
			reviews = append(reviews, w)
		}
	}
	return reviews
}
