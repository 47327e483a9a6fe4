// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/probe/rbac"
)

// aggregated returns the roles after a change, with the rules that kube-controller-manager would give to the aggregated
// ones whose parts have changed. All others keep the rules that were read: whoever fills them may not have done it yet,
// and that is no part of the assumption.
func aggregated(before, after []rbac.Role) []rbac.Role {
	if equality.Semantic.DeepEqual(before, after) {
		return after
	}
	type key struct{ namespace, name string }
	read, computed := map[key]rbac.Role{}, map[key]rbac.Role{}
	for _, r := range before {
		read[key{r.Namespace, r.Name}] = r
	}
	for _, r := range rbac.Aggregate(before) {
		computed[key{r.Namespace, r.Name}] = r
	}
	roles := rbac.Aggregate(after)
	for i, r := range roles {
		id := key{r.Namespace, r.Name}
		if was, ok := read[id]; ok && r.Aggregation != nil && equality.Semantic.DeepEqual(computed[id].Rules, r.Rules) {
			roles[i].Rules = was.Rules
		}
	}
	return roles
}
