// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// SkipUnlisted describes the kinds of Flux objects of which nothing, or not everything, is known, because they could
// not be listed: checks about them are missing from the matrix.
func (r *Results) SkipUnlisted(m *model.Model, kinds []string) {
	for _, resource := range m.Resources {
		if resource.Subresource != "" || !m.Facts.Components.IsGroup(resource.Group) || !slices.Contains(kinds, resource.Kind) {
			continue
		}
		if why := m.WhyUnread(resource.Group, resource.Resource); why != "" {
			r.SkipGap(m.UnreadGap(snapshot.ResourceName(resource.Group, resource.Resource), "every "+resource.Kind, "they could not be listed: "+why))
		}
	}
	for _, f := range m.FailedGroups {
		if slices.ContainsFunc(kinds, func(kind string) bool { return m.Facts.Components.GroupOf(kind) == f.Group }) {
			r.SkipBroken("the objects of "+f.Group, "discovery of the group failed: "+f.Reason)
		}
	}
}

// SkipUnread describes what is not known if a list could not be read.
func (r *Results) SkipUnread(m *model.Model, group, resource, what string) {
	if why := m.WhyUnread(group, resource); why != "" {
		name := snapshot.ResourceName(group, resource)
		r.SkipGap(m.UnreadGap(name, what, fmt.Sprintf("%s could not be listed: %s", name, why)))
	}
}

// SkipUnreadRBAC describes what is not known if roles or bindings could not be read.
func (r *Results) SkipUnreadRBAC(m *model.Model, what string) {
	if why := m.WhyRBACUnread(); why != "" {
		resource, reason, _ := strings.Cut(why, ": ")
		r.SkipGap(m.UnreadRBACGap(what, resource+" could not be listed: "+reason))
	}
}

// SkipUnserved adds what is not checked because its kind is not served.
func (r *Results) SkipUnserved(m *model.Model, group, what string) {
	if why := m.FailedGroup(group); why != "" {
		r.SkipBroken(what, "discovery of its API group failed: "+why)
		return
	}
	r.Skip(what, "its kind is no longer served, so nothing can be asked about it")
}
