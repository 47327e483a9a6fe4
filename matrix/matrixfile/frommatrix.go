// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// FromMatrix returns a PermissionMatrix that asks the same as m when it is read back. Observed checks
// are about no permission and cannot be written as a rule: they are left out and counted.
func FromMatrix(m *matrix.Matrix) (p PermissionMatrix, observed int) {
	p = PermissionMatrix{APIVersion: APIVersion, Kind: Kind}
	var last *Rule
	for _, c := range m.Checks {
		asked, ok := c.(*matrix.Asked)
		if !ok {
			observed++
			continue
		}
		rule := ruleOf(asked)
		if last == nil || !last.extend(rule) {
			p.Expectations = append(p.Expectations, rule)
			last = &p.Expectations[len(p.Expectations)-1]
		}
	}
	return p, observed
}

func ruleOf(c *matrix.Asked) Rule {
	rule := Rule{
		Subjects: []Subject{{Kind: c.Subject.Get().Kind, Namespace: c.Subject.Get().Namespace, Name: c.Subject.Get().Name}},
		Expect:   c.Want, Because: c.Because, Severity: c.Severity, Code: c.Code, Hint: c.Hint, IfDenied: c.IfDenied, AllAccess: c.AllAccess,
	}
	for _, alternative := range c.AnyOf {
		var accesses []Access
		for _, r := range alternative {
			accesses = append(accesses, accessOf(r.Access))
			rule.Literal = rule.Literal || c.Want == matrix.Deny && hasStar(r.Access)
		}
		rule.AnyOf = append(rule.AnyOf, accesses)
	}
	if len(rule.AnyOf) == 1 && len(rule.AnyOf[0]) == 1 {
		rule.Access, rule.AnyOf = rule.AnyOf[0], nil
	}
	return rule
}

func hasStar(a matrix.Access) bool {
	return a.Verb == "*" || a.Group == "*" || a.Resource == "*" || a.Subresource == "*"
}

func accessOf(a matrix.Access) Access {
	x := Access{Verbs: []string{a.Verb}}
	if a.Path != "" {
		x.NonResourceURLs = []string{a.Path}
		return x
	}
	resource := a.Resource
	if a.Subresource != "" {
		resource += "/" + a.Subresource
	}
	x.APIGroups, x.Resources = []string{a.Group}, []string{resource}
	if a.Namespace != "" {
		x.Namespaces = []string{a.Namespace}
	}
	if a.Name != "" {
		x.ResourceNames = []string{a.Name}
	}
	return x
}

// extend adds the access of next, which has one, to r if the two differ in nothing else. It reports
// whether it did.
func (r *Rule) extend(next Rule) bool {
	if len(r.AnyOf)+len(next.AnyOf) > 0 || r.Subjects[0] != next.Subjects[0] || r.Expect != next.Expect || r.Because != next.Because ||
		r.Severity != next.Severity || r.Code != next.Code || r.Hint != next.Hint || r.IfDenied != next.IfDenied || r.Literal != next.Literal || r.AllAccess != next.AllAccess {
		return false
	}
	last, x := &r.Access[len(r.Access)-1], next.Access[0]
	if slices.Equal(last.APIGroups, x.APIGroups) && slices.Equal(last.Resources, x.Resources) && slices.Equal(last.Namespaces, x.Namespaces) &&
		slices.Equal(last.ResourceNames, x.ResourceNames) && slices.Equal(last.NonResourceURLs, x.NonResourceURLs) {
		last.Verbs = append(last.Verbs, x.Verbs...)
	} else {
		r.Access = append(r.Access, x)
	}
	return true
}
