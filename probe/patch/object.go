// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// role changes the rules and labels of a role.
func (e *editor) role(object *yaml.Node, before, after rbac.Role) error {
	if err := e.labels(object, before.Labels, after.Labels); err != nil {
		return err
	}
	to := pairRules(before.Rules, after.Rules)
	_, list := field(object, "rules")
	for i, k := range to {
		if k < 0 {
			continue
		}
		for _, f := range ruleFields {
			if err := e.strings(list.Content[i], f.name, *f.of(&before.Rules[i]), *f.of(&after.Rules[k])); err != nil {
				return err
			}
		}
	}
	var more []*yaml.Node
	for k, r := range after.Rules {
		if !slices.Contains(to, k) {
			more = append(more, mapping("apiGroups", r.APIGroups, "resources", r.Resources, "resourceNames", r.ResourceNames, "nonResourceURLs", r.NonResourceURLs, "verbs", r.Verbs))
		}
	}
	if len(more) == 0 && !slices.Contains(to, -1) {
		return nil
	}
	return e.list(object, "rules", func(i int) bool { return to[i] >= 0 }, more)
}

// ruleFields are the lists of a rule.
var ruleFields = []struct {
	name string
	of   func(*rbacv1.PolicyRule) *[]string
}{
	{"apiGroups", func(r *rbacv1.PolicyRule) *[]string { return &r.APIGroups }},
	{"resources", func(r *rbacv1.PolicyRule) *[]string { return &r.Resources }},
	{"resourceNames", func(r *rbacv1.PolicyRule) *[]string { return &r.ResourceNames }},
	{"nonResourceURLs", func(r *rbacv1.PolicyRule) *[]string { return &r.NonResourceURLs }},
	{"verbs", func(r *rbacv1.PolicyRule) *[]string { return &r.Verbs }},
}

// pairRules returns for each rule the place of what it becomes, -1 when it goes: first itself, then one that differs
// in one list.
func pairRules(before, after []rbacv1.PolicyRule) []int {
	to := slices.Repeat([]int{-1}, len(before))
	for most := range 2 {
		for i := range before {
			for k := range after {
				if to[i] < 0 && !slices.Contains(to, k) && differing(&before[i], &after[k]) <= most {
					to[i] = k
				}
			}
		}
	}
	return to
}

// differing counts the lists in which two rules differ.
func differing(a, b *rbacv1.PolicyRule) int {
	n := 0
	for _, f := range ruleFields {
		if !slices.Equal(sorted(*f.of(a)), sorted(*f.of(b))) {
			n++
		}
		if len(*f.of(a)) == 0 != (len(*f.of(b)) == 0) {
			n = len(ruleFields) // an empty list is not about nothing, but about all
		}
	}
	return n
}

func sorted(values []string) []string { return slices.Sorted(slices.Values(values)) }

// strings changes a list of strings.
func (e *editor) strings(owner *yaml.Node, name string, before, after []string) error {
	var more []string
	for _, value := range after {
		if !slices.Contains(before, value) {
			more = append(more, value)
		}
	}
	if len(more) == 0 && !slices.ContainsFunc(before, func(value string) bool { return !slices.Contains(after, value) }) {
		return nil
	}
	return e.list(owner, name, func(i int) bool { return slices.Contains(after, before[i]) }, texts(more).Content)
}

// binding changes the subjects, labels and role of a binding.
func (e *editor) binding(object *yaml.Node, before, after rbac.Binding) error {
	if err := e.labels(object, before.Labels, after.Labels); err != nil {
		return err
	}
	_, ref := field(object, "roleRef")
	for _, f := range [][3]string{{"kind", before.RoleRef.Kind, after.RoleRef.Kind}, {"name", before.RoleRef.Name, after.RoleRef.Name}} {
		if f[1] != f[2] {
			if err := e.set(ref, f[0], f[2]); err != nil {
				return err
			}
		}
	}
	to := pairSubjects(before.Subjects, after.Subjects)
	_, list := field(object, "subjects")
	var more []*yaml.Node
	for i, k := range to {
		if k >= 0 {
			if err := e.subject(list.Content[i], before.Subjects[i], after.Subjects[k]); err != nil {
				return err
			}
		}
	}
	for k, s := range after.Subjects {
		if !slices.Contains(to, k) {
			more = append(more, mapping("kind", s.Kind, "apiGroup", s.APIGroup, "name", s.Name, "namespace", s.Namespace))
		}
	}
	if len(more) == 0 && !slices.Contains(to, -1) {
		return nil
	}
	return e.list(object, "subjects", func(i int) bool { return to[i] >= 0 }, more)
}

// pairSubjects returns for each subject the place of what it becomes, -1 when it goes: itself, or the one of its kind
// that comes where it was.
func pairSubjects(before, after []rbacv1.Subject) []int {
	to := slices.Repeat([]int{-1}, len(before))
	for i, s := range before {
		to[i] = slices.Index(after, s)
	}
	if len(before) != len(after) {
		return to
	}
	for i, s := range before {
		if to[i] < 0 && !slices.Contains(to, i) && s.Kind == after[i].Kind {
			to[i] = i
		}
	}
	return to
}

func (e *editor) subject(item *yaml.Node, before, after rbacv1.Subject) error {
	for _, f := range [][3]string{{"name", before.Name, after.Name}, {"namespace", before.Namespace, after.Namespace}} {
		if f[1] != f[2] {
			if err := e.set(item, f[0], f[2]); err != nil {
				return err
			}
		}
	}
	return nil
}

// labels adds and changes labels.
func (e *editor) labels(object *yaml.Node, before, after map[string]string) error {
	_, metadata := field(object, "metadata")
	_, labels := field(metadata, "labels")
	more := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		value := after[key]
		switch held, has := before[key]; {
		case has && held == value:
		case labels == nil:
			more.Content = append(more.Content, text(key), text(value))
		default:
			if err := e.set(labels, key, value); err != nil {
				return err
			}
		}
	}
	if len(more.Content) == 0 {
		return nil
	}
	more.Style = metadata.Style & yaml.FlowStyle
	return e.add(metadata, "labels", more)
}

// change changes a field that is given by its path.
func (e *editor) change(object *yaml.Node, c probe.FieldChange) error {
	names := strings.Split(c.Path, ".")
	at := object
	for _, name := range names[:len(names)-1] {
		name, place, indexed := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		if _, at = field(at, name); at == nil {
			return fmt.Errorf("it has no %s", c.Path)
		}
		if indexed {
			i, err := strconv.Atoi(place)
			if err != nil || i >= len(at.Content) {
				return fmt.Errorf("it has no %s", c.Path)
			}
			at = at.Content[i]
		}
	}
	name := names[len(names)-1]
	if !c.Append {
		return e.set(at, name, c.Value)
	}
	return e.list(at, name, func(int) bool { return true }, []*yaml.Node{text(c.Value)})
}

// valueAt is the text at a path, or the last of a list there; "" when there is none.
func valueAt(object *yaml.Node, c probe.FieldChange) string {
	at := object
	for name := range strings.SplitSeq(c.Path, ".") {
		name, place, indexed := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		if _, at = field(at, name); at == nil {
			return ""
		}
		if i, err := strconv.Atoi(place); indexed && err == nil && i < len(at.Content) {
			at = at.Content[i]
		}
	}
	if at.Kind == yaml.SequenceNode && len(at.Content) > 0 {
		at = at.Content[len(at.Content)-1]
	}
	return at.Value
}
