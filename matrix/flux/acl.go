// SPDX-License-Identifier: Apache-2.0

package flux

// admitted is what an accessFrom says to a namespace.
type admitted struct {
	allowed bool
	why     string
}

// admits judges spec.accessFrom of o for a namespace with these labels, as Flux does (fluxcd/pkg
// runtime/acl/acl.go@v0.110.3): without accessFrom nobody is let in; of the selectors one must
// match; a selector has matchLabels only, all of which must be there, and without any it matches
// every namespace.
func admits(o Object, namespace map[string]string) admitted {
	acl, ok := field(o.Fields, "spec.accessFrom").(map[string]any)
	if !ok {
		return admitted{why: o.String() + " has no spec.accessFrom, which lets nobody in"}
	}
	for _, selector := range each(acl, "namespaceSelectors[]") {
		if matches(selector.fields, namespace) {
			return admitted{allowed: true, why: "spec.accessFrom of " + o.String() + " admits the namespace"}
		}
	}
	return admitted{why: "no selector in spec.accessFrom of " + o.String() + " matches the labels of the namespace"}
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

// opensToAll says whether accessFrom of o has a selector without labels, which matches every
// namespace, and whether it has an accessFrom at all.
func opensToAll(o Object) (open, has bool) {
	acl, has := field(o.Fields, "spec.accessFrom").(map[string]any)
	for _, selector := range each(acl, "namespaceSelectors[]") {
		if want, _ := selector.fields["matchLabels"].(map[string]any); len(want) == 0 {
			return true, has
		}
	}
	return false, has
}
