// SPDX-License-Identifier: Apache-2.0

package file

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// Of is m as a document that asks the same when it is read back. Checks that were settled by reading
// are no expectations of rights: they are left out, and counted.
func Of(m *matrix.Matrix) (d Document, settled int) {
	d = Document{APIVersion: APIVersion, Kind: Kind}
	var last *Entry
	for _, e := range m.Expectations {
		if e.Settled != "" {
			settled++
			continue
		}
		entry := entryOf(e)
		if last == nil || !last.extend(entry) {
			d.Expectations = append(d.Expectations, entry)
			last = &d.Expectations[len(d.Expectations)-1]
		}
	}
	return d, settled
}

func entryOf(e matrix.Expectation) Entry {
	entry := Entry{
		Subjects: []Subject{{Kind: e.Subject.Kind, Namespace: e.Subject.Namespace, Name: e.Subject.Name}},
		Expect:   e.Want, Because: e.Because, Severity: e.Severity, Code: e.Code, Hint: e.Hint, Refused: e.Refused,
	}
	for _, way := range e.Ways {
		var accesses []Access
		for _, r := range way {
			accesses = append(accesses, accessOf(r.Attributes))
			entry.Literal = entry.Literal || e.Want == matrix.Deny && hasStar(r.Attributes)
		}
		entry.Ways = append(entry.Ways, accesses)
	}
	if len(entry.Ways) == 1 && len(entry.Ways[0]) == 1 {
		entry.Access, entry.Ways = entry.Ways[0], nil
	}
	return entry
}

func hasStar(a matrix.Attributes) bool {
	return a.Verb == "*" || a.Group == "*" || a.Resource == "*" || a.Subresource == "*"
}

func accessOf(a matrix.Attributes) Access {
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

// extend takes next, of one access, into e when only the access differs.
func (e *Entry) extend(next Entry) bool {
	if len(e.Ways)+len(next.Ways) > 0 || e.Subjects[0] != next.Subjects[0] || e.Expect != next.Expect || e.Because != next.Because ||
		e.Severity != next.Severity || e.Code != next.Code || e.Hint != next.Hint || e.Refused != next.Refused || e.Literal != next.Literal {
		return false
	}
	last, x := &e.Access[len(e.Access)-1], next.Access[0]
	if slices.Equal(last.APIGroups, x.APIGroups) && slices.Equal(last.Resources, x.Resources) && slices.Equal(last.Namespaces, x.Namespaces) &&
		slices.Equal(last.ResourceNames, x.ResourceNames) && slices.Equal(last.NonResourceURLs, x.NonResourceURLs) {
		last.Verbs = append(last.Verbs, x.Verbs...)
	} else {
		e.Access = append(e.Access, x)
	}
	return true
}
