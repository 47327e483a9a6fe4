// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/component-helpers/auth/rbac/validation"

	"github.com/flux-probe/flux-probe/matrix"
)

// Merge returns one edit that makes the changes of all edits, each of which was made on x. An object that several
// of them change is in the result once, with all the changes. A binding that one edit deletes stays when another
// one gives it a subject.
func (x *Index) Merge(edits ...Edit) Edit {
	m := merged{index: x, roles: map[matrix.Origin]Role{}, bindings: map[matrix.Origin]Binding{}, removed: map[matrix.Origin]bool{}}
	for _, e := range edits {
		for _, r := range e.Roles {
			m.role(r)
		}
		for _, o := range e.Removed {
			m.remove(o)
		}
		for _, b := range e.Bindings {
			m.binding(b)
		}
	}
	return m.edit()
}

// merged are the objects that edits change, as they are after the edits so far.
type merged struct {
	index    *Index
	roles    map[matrix.Origin]Role
	bindings map[matrix.Origin]Binding
	removed  map[matrix.Origin]bool
	order    []matrix.Origin
}

func (m *merged) edit() Edit {
	var e Edit
	for _, o := range m.order {
		if r, ok := m.roles[o]; ok {
			e.Roles = append(e.Roles, r)
			continue
		}
		if b := m.bindings[o]; m.removed[o] && len(b.Subjects) == 0 {
			e.Removed = append(e.Removed, o)
		} else {
			e.Bindings = append(e.Bindings, b)
		}
	}
	return e
}

func (m *merged) role(after Role) {
	o := after.Origin()
	now, again := m.roles[o]
	if !again {
		m.order = append(m.order, o)
		m.roles[o] = after
		return
	}
	before, _ := m.index.Role(after.Namespace, after.Name)
	_, added := validation.Covers(before.Rules, after.Rules)
	_, gone := validation.Covers(after.Rules, before.Rules)
	for _, rule := range gone {
		now.Rules = WithoutAccess(now.Rules, allowedBy(rule))
	}
	now.Rules = WithRules(now.Rules, joinRules(added))
	now.Labels = mergeLabels(before.Labels, now.Labels, after.Labels)
	m.roles[o] = now
}

// allowedBy is the access that a rule of one verb and one resource or path allows.
func allowedBy(r rbacv1.PolicyRule) matrix.Access {
	a := matrix.Access{Verb: r.Verbs[0]}
	if len(r.NonResourceURLs) > 0 {
		a.Path = r.NonResourceURLs[0]
		return a
	}
	a.Group = r.APIGroups[0]
	a.Resource, a.Subresource, _ = strings.Cut(r.Resources[0], "/")
	if len(r.ResourceNames) > 0 {
		a.Name = r.ResourceNames[0]
	}
	return a
}

// WithRules returns rules that also allow what added allows: the verbs of an added rule join those of a rule about the
// same objects, and other rules follow. rules is not changed.
func WithRules(rules, added []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	rules = slices.Clone(rules)
	for _, rule := range added {
		at := slices.IndexFunc(rules, func(r rbacv1.PolicyRule) bool { return SameObjects(r, rule) })
		if at < 0 {
			rules = append(rules, rule)
			continue
		}
		rules[at].Verbs = sorted(slices.Concat(rules[at].Verbs, rule.Verbs))
	}
	return rules
}

// SameObjects reports whether two rules are about the same resources and names, or paths.
func SameObjects(a, b rbacv1.PolicyRule) bool {
	same := func(x, y []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y)))
	}
	return same(a.APIGroups, b.APIGroups) && same(a.Resources, b.Resources) && same(a.ResourceNames, b.ResourceNames) && same(a.NonResourceURLs, b.NonResourceURLs)
}

func (m *merged) remove(o matrix.Origin) {
	before, _ := m.index.Binding(o.Namespace, o.Name)
	if _, again := m.bindings[o]; !again {
		m.order = append(m.order, o)
		m.bindings[o] = before
	}
	nobody := before
	nobody.Subjects = nil
	m.bindings[o] = mergeBinding(before, m.bindings[o], nobody)
	m.removed[o] = true
}

func (m *merged) binding(after Binding) {
	o := after.Origin()
	now, again := m.bindings[o]
	before, existed := m.index.Binding(o.Namespace, o.Name)
	switch {
	case !again:
		m.order = append(m.order, o)
		m.bindings[o] = after
	case !existed && !equality.Semantic.DeepEqual(now.RoleRef, after.RoleRef):
		after.Name += "-" + after.RoleRef.Name // two new bindings that were named alike
		m.binding(after)
	default:
		m.bindings[o] = mergeBinding(before, now, after)
	}
}

// mergeBinding makes the change from before to after in now.
func mergeBinding(before, now, after Binding) Binding {
	if !equality.Semantic.DeepEqual(before.RoleRef, after.RoleRef) {
		now.RoleRef = after.RoleRef
	}
	now.Labels = mergeLabels(before.Labels, now.Labels, after.Labels)
	lacks := func(in Binding, s rbacv1.Subject) bool {
		return !slices.ContainsFunc(in.Subjects, func(t rbacv1.Subject) bool { return in.Subject(t) == in.Subject(s) })
	}
	subjects := slices.Clone(now.Subjects)
	for i, s := range before.Subjects { // what takes the place of another keeps that place
		at := slices.IndexFunc(subjects, func(t rbacv1.Subject) bool { return now.Subject(t) == before.Subject(s) })
		if len(before.Subjects) == len(after.Subjects) && at >= 0 && lacks(after, s) && lacks(now, after.Subjects[i]) {
			subjects[at] = after.Subjects[i]
		}
	}
	now.Subjects = slices.DeleteFunc(subjects, func(s rbacv1.Subject) bool { return !lacks(before, s) && lacks(after, s) })
	for _, s := range after.Subjects {
		if lacks(before, s) && lacks(now, s) {
			now.Subjects = append(now.Subjects, s)
		}
	}
	return now
}

func mergeLabels(before, now, after map[string]string) map[string]string {
	if maps.Equal(before, after) {
		return now
	}
	merged := maps.Clone(now)
	if merged == nil {
		merged = map[string]string{}
	}
	for key, value := range after {
		if before[key] != value {
			merged[key] = value
		}
	}
	return merged
}
