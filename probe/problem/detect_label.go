// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// costUnlabelled is less than that of a binding: the account has one, to the aggregated role.
const costUnlabelled = 1.0

// missingLabel proposes that a ClusterRole lacks the label by which it is aggregated into a role of the
// account.
func (w *finder) missingLabel(q question) []*candidate {
	var all []*candidate
	for _, b := range w.index.BindingsFor(q.subject, q.access.Namespace) {
		whole, ok := w.index.RoleOf(b)
		if !ok || whole.Aggregation == nil {
			continue
		}
		for _, part := range w.index.RolesGranting(q.access, "") {
			if part.Aggregation != nil || part.Builtin() || w.index.Bound(part) {
				continue
			}
			if labels := selectorLabels(whole.Aggregation.ClusterRoleSelectors); len(labels) > 0 {
				all = append(all, w.labelled(part, whole, labels))
			}
		}
	}
	return all
}

// selectorLabels returns the labels of the first selector that has nothing but labels.
func selectorLabels(selectors []metav1.LabelSelector) map[string]string {
	for _, s := range selectors {
		if len(s.MatchLabels) > 0 && len(s.MatchExpressions) == 0 {
			return s.MatchLabels
		}
	}
	return nil
}

// labelled proposes the labels of a selector on a ClusterRole, whose rules the aggregation controller then
// adds to the aggregated one.
func (w *finder) labelled(part, whole rbac.Role, labels map[string]string) *candidate {
	o := part.Origin()
	edited := part
	edited.Labels = maps.Clone(part.Labels)
	if edited.Labels == nil {
		edited.Labels = map[string]string{}
	}
	command, want := remedy.Kubectl("label", o)+" --overwrite", ""
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		edited.Labels[key] = labels[key]
		command += " " + quote(key+"="+labels[key])
		want += key + "=" + labels[key]
	}
	grown := whole
	grown.Rules = slices.Concat(whole.Rules, part.Rules)
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Name: o.Name, Field: "metadata.labels", Want: want},
		says:  fmt.Sprintf("%s lacks the label %s, by which it is aggregated into %s", o, want, whole.Origin()),
		cost:  costUnlabelled, edit: rbac.Edit{Roles: []rbac.Role{edited}}, derived: []rbac.Role{grown},
		summary: fmt.Sprintf("Label %s with %s", o, want), creates: []string{command},
		about: []matrix.Origin{o}, covers: func(*probe.Finding) bool { return true },
	}
}
