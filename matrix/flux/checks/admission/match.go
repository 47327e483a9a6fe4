// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// chance is whether a guard is asked about an object.
type chance int

const (
	never  chance = iota
	later         // not by what happens next, but when the object is created again, or was created
	can           // as far as what was read tells
	always        // when it is applied next
)

// matcher decides which objects a guard is asked about, as the API server does (k8s.io/apiserver
// pkg/admission/plugin/webhook/predicates, plugin/policy/matching@v0.37.2).
type matcher struct {
	*model.Model
	match               *admissionv1.MatchResources
	namespaces, objects labels.Selector // nil for one that cannot be read
	inNamespace         map[string]chance
}

func newMatcher(m *model.Model, match *admissionv1.MatchResources) *matcher {
	return &matcher{m, match, selector(match.NamespaceSelector), selector(match.ObjectSelector), map[string]chance{}}
}

// selector is everything for none, as the API server sets it.
func selector(s *metav1.LabelSelector) labels.Selector {
	if s == nil {
		return labels.Everything()
	}
	parsed, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		return nil
	}
	return parsed
}

// meets returns the chance of an object. Without rules it is that of everything.
func (m *matcher) meets(o *object) chance {
	c := always
	if len(m.match.ResourceRules) > 0 {
		c = m.rules(m.match.ResourceRules, o)
	}
	if c == never {
		return never
	}
	switch m.rules(m.match.ExcludeResourceRules, o) {
	case always:
		return never
	case never:
	default:
		c = min(c, can)
	}
	return min(c, m.selectsNamespace(o), m.selectsObject(o))
}

// rules returns the best chance that one of the rules gives.
func (m *matcher) rules(rules []admissionv1.NamedRuleWithOperations, o *object) chance {
	best := never
	for i := range rules {
		if r := &rules[i]; len(r.ResourceNames) == 0 || slices.Contains(r.ResourceNames, o.Name) {
			best = max(best, m.rule(&r.RuleWithOperations, o))
		}
	}
	return best
}

func (m *matcher) rule(r *admissionv1.RuleWithOperations, o *object) chance {
	if !has(r.APIGroups, o.Group) || !slices.ContainsFunc(r.Resources, o.isNamed) || !inScope(r.Scope, o.resource.Namespaced) {
		return never
	}
	c := operation(r.Operations, o.next)
	if m.match.MatchPolicy == nil || *m.match.MatchPolicy != admissionv1.Exact || has(r.APIVersions, o.version) {
		return c
	}
	if o.version != "" {
		return never
	}
	return min(c, can) // the version in which it is applied is not known
}

func has(items []string, item string) bool {
	return slices.Contains(items, "*") || slices.Contains(items, item)
}

// isNamed reports whether an entry of a rule names the resource itself, and not only a subresource.
func (o *object) isNamed(entry string) bool {
	resource, subresource, _ := strings.Cut(entry, "/")
	return (resource == "*" || resource == o.resource.Resource) && (subresource == "" || subresource == "*")
}

func inScope(scope *admissionv1.ScopeType, namespaced bool) bool {
	switch {
	case scope == nil || *scope == admissionv1.AllScopes:
		return true
	case *scope == admissionv1.NamespacedScope:
		return namespaced
	default:
		return !namespaced
	}
}

// operation returns the chance that what is done next is among the operations of a rule. An object that is applied is
// created or updated; which of them comes next is not always known.
func operation(operations []admissionv1.OperationType, next admissionv1.OperationType) chance {
	of := func(o admissionv1.OperationType) bool {
		return slices.Contains(operations, admissionv1.OperationAll) || slices.Contains(operations, o)
	}
	create, update := of(admissionv1.Create), of(admissionv1.Update)
	switch {
	case create && update, next == admissionv1.Create && create, next == admissionv1.Update && update:
		return always
	case !create && !update:
		return never
	case next == "":
		return can
	default:
		return later
	}
}

// selectsNamespace returns the chance by the labels of the object's namespace. Objects at the cluster scope are never
// exempt, and a Namespace is judged by its own labels.
func (m *matcher) selectsNamespace(o *object) chance {
	switch {
	case m.namespaces == nil:
		return can
	case m.namespaces.Empty():
		return always
	case o.isNamespace():
		return selects(m.namespaces, o)
	case !o.resource.Namespaced:
		return always
	}
	c, known := m.inNamespace[o.Namespace]
	if !known {
		n, exists := m.Namespace(o.Namespace)
		switch {
		case !exists:
			c = can // it is not there yet, or could not be read
		case m.namespaces.Matches(labels.Set(n.Labels)):
			c = always
		}
		m.inNamespace[o.Namespace] = c
	}
	return c
}

func (m *matcher) selectsObject(o *object) chance {
	switch {
	case m.objects == nil:
		return can
	case m.objects.Empty():
		return always
	default:
		return selects(m.objects, o)
	}
}

// selects returns the chance by the labels of the object itself, as it is or as it will be.
func selects(s labels.Selector, o *object) chance {
	for _, set := range o.labels {
		if s.Matches(labels.Set(set)) {
			return always
		}
	}
	if o.labelled {
		return never
	}
	return can
}
