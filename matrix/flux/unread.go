// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"
)

// appliers are the kinds that apply others.
var appliers = []string{"Kustomization", "HelmRelease", "ResourceSet"}

// unlisted says of which kinds of Flux objects nothing, or not all, is known, because the list could
// not be read: what they would have been asked about is missing from the matrix.
func (v *view) unlisted(kinds []string, out *derived) {
	for _, r := range v.Resources {
		if r.Subresource != "" || !IsGroup(r.Group) || !slices.Contains(kinds, r.Kind) {
			continue
		}
		if why := v.unread(r.Group, r.Resource); why != "" {
			out.gap("every "+r.Kind, "they could not be listed: "+why)
		}
	}
	for _, f := range v.FailedGroups {
		if IsGroup(f.Group) && slices.ContainsFunc(kinds, func(kind string) bool { return groupOf(kind) == f.Group }) {
			out.gap("the objects of "+f.Group, "discovery of the group failed: "+f.Reason)
		}
	}
}

// unlistedCore says what could not be listed of what tells tenants apart.
func (v *view) unlistedCore(resource, lost string, out *derived) {
	if why := v.Unread[resource]; why != "" {
		out.gap(lost, fmt.Sprintf("%s could not be listed: %s", resource, why))
	}
}
