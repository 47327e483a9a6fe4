// SPDX-License-Identifier: Apache-2.0

package references

import (
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// admits judges spec.accessFrom of o for a namespace with these labels, as Flux does (fluxcd/pkg
// runtime/acl/acl.go@v0.110.3): without accessFrom no other namespace is admitted; one of the selectors must match;
// a selector has matchLabels only, all of which must be there, and without any it matches every namespace. The
// second result describes the decision.
func admits(o snapshot.Object, namespace map[string]string) (bool, string) {
	acl, ok := fields.Get(o.Fields, "spec.accessFrom").(map[string]any)
	if !ok {
		return false, o.String() + " has no spec.accessFrom, so it admits no other namespace"
	}
	for _, selector := range fields.Each(acl, "namespaceSelectors[]") {
		if matches(selector.Fields, namespace) {
			return true, "spec.accessFrom of " + o.String() + " admits the namespace"
		}
	}
	return false, "no selector in spec.accessFrom of " + o.String() + " matches the labels of the namespace"
}

func matches(selector map[string]any, labels map[string]string) bool {
	want, _ := selector["matchLabels"].(map[string]any)
	for key, value := range want {
		has, ok := labels[key]
		if wanted, _ := value.(string); !ok || has != wanted {
			return false
		}
	}
	return true
}

// admitsAll reports whether spec.accessFrom of o has a selector without labels, which matches every namespace, and
// whether o has an accessFrom at all.
func admitsAll(o snapshot.Object) (open, has bool) {
	acl, has := fields.Get(o.Fields, "spec.accessFrom").(map[string]any)
	for _, selector := range fields.Each(acl, "namespaceSelectors[]") {
		if want, _ := selector.Fields["matchLabels"].(map[string]any); len(want) == 0 {
			return true, has
		}
	}
	return false, has
}
