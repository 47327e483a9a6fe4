// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// The costs of candidates: a misspelt name is likelier than a subject that was never there.
const (
	costMisspelt   = 1.0
	costRenamed    = 1.3
	costNoSubject  = 1.2
	costNewSubject = 1.9
)

// wrongSubject proposes the bindings that would grant the access if they named the account: a name, namespace
// or kind that is wrong, a name that no longer stands for the account, or no subject at all.
func (w *finder) wrongSubject(q question) []*candidate {
	var all []*candidate
	for _, namespace := range scopes(q.access.Namespace) {
		for _, b := range w.index.BindingsGranting(q.access, namespace) {
			if b.Builtin() {
				continue
			}
			for i, entry := range b.Subjects {
				if c := w.misnamed(b, i, b.Subject(entry), q.subject); c != nil {
					all = append(all, c)
				}
			}
			if len(b.Subjects) == 0 {
				all = append(all, w.unnamed(b, q.subject))
			}
		}
	}
	return all
}

// missingSubject proposes that the account is missing from the subjects of a binding that names others.
func (w *finder) missingSubject(q question) []*candidate {
	var all []*candidate
	for _, namespace := range scopes(q.access.Namespace) {
		for _, b := range w.index.BindingsGranting(q.access, namespace) {
			if role, _ := w.index.RoleOf(b); len(b.Subjects) > 0 && !b.Builtin() && w.canJoin(b, role, q) {
				all = append(all, w.unnamed(b, q.subject))
			}
		}
	}
	return all
}

// scopes are where a binding counts for an access in namespace.
func scopes(namespace string) []string {
	if namespace == "" {
		return []string{""}
	}
	return []string{namespace, ""}
}

// misnamed proposes that entry i of a binding, which names subject, is meant to name account.
func (w *finder) misnamed(b rbac.Binding, i int, subject, account matrix.Subject) *candidate {
	field, was, want, cost := "", "", "", costMisspelt
	why := ""
	legacy, isLegacy := "", false
	if w.Legacy != nil {
		legacy, isLegacy = w.Legacy(account)[subject]
	}
	switch {
	case subject == account:
		return nil
	case isLegacy && w.namesAccount(b):
		return nil
	case isLegacy:
		field, was, want, why = "", title(subject), title(account), ": "+legacy
	case subject.Kind != account.Kind:
		if !rbac.MeantAs(subject, account) {
			return nil
		}
		was, want = title(subject), title(account)
	case account.Kind != matrix.KindServiceAccount:
		if !spelling.Similar(subject.Name, account.Name) {
			return nil
		}
		field, was, want = ".name", subject.Name, account.Name
	case subject.Name == account.Name:
		field, was, want = ".namespace", subject.Namespace, account.Namespace
		if !w.snapshot.Absent(subject) {
			cost = costRenamed
		}
	case subject.Namespace == account.Namespace && spelling.Similar(subject.Name, account.Name):
		field, was, want = ".name", subject.Name, account.Name
	case subject.Namespace == account.Namespace && w.snapshot.Absent(subject):
		field, was, want, cost = ".name", subject.Name, account.Name, costRenamed
	default:
		return nil
	}
	edited := b
	edited.Subjects = slices.Clone(b.Subjects)
	edited.Subjects[i] = entryOf(account)
	path := fmt.Sprintf("subjects[%d]", i)
	o := b.Origin()
	c := &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: path + field, Was: was, Want: want},
		says:  fmt.Sprintf("%s names %s%s instead of %s%s", o, title(subject), w.absent(subject), title(account), why),
		cost:  cost, edit: rbac.Edit{Bindings: []rbac.Binding{edited}},
		summary: fmt.Sprintf("In %s, change %s%s from %s to %s", o, path, field, quoted(was), quoted(want)),
		creates: []string{patchCommand(o, op{"test", fmt.Sprintf("/subjects/%d/name", i), b.Subjects[i].Name}, op{"replace", fmt.Sprintf("/subjects/%d", i), edited.Subjects[i]})},
		about:   []matrix.Origin{o}, covers: underField("subjects"),
	}
	return c
}

// namesAccount reports whether a binding names a ServiceAccount that may exist.
func (w *finder) namesAccount(b rbac.Binding) bool {
	return slices.ContainsFunc(subjectsOf(b), func(s matrix.Subject) bool {
		return s.Kind == matrix.KindServiceAccount && !w.snapshot.Absent(s)
	})
}

// canJoin reports whether it can be right to add the account of a question to a binding. One for the whole
// cluster has to name a sibling of the account, and one that grants everything fits a check for everything only.
func (w *finder) canJoin(b rbac.Binding, role rbac.Role, q question) bool {
	if b.Namespace != "" {
		return true
	}
	sibling := slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool {
		return s.Kind == rbacv1.ServiceAccountKind && s.Namespace == q.subject.Namespace
	})
	everything := rbac.AnyCovers(role.Rules, matrix.Access{Verb: "*", Group: "*", Resource: "*"})
	return sibling && (!everything || w.asked[q.seed].AllAccess)
}

// absent says that an account does not exist.
func (w *finder) absent(s matrix.Subject) string {
	if w.snapshot.Absent(s) {
		return " (which does not exist)"
	}
	return ""
}

// unnamed proposes that an account is missing from the subjects of a binding, with all others that the release ships the
// binding with: who cuts the list rarely takes one.
func (w *finder) unnamed(b rbac.Binding, account matrix.Subject) *candidate {
	o := b.Origin()
	missing := []rbacv1.Subject{entryOf(account)}
	if shipped := w.shippedSubjects(b); slices.Contains(shipped, entryOf(account)) {
		missing = slices.DeleteFunc(slices.Clone(shipped), func(s rbacv1.Subject) bool { return slices.Contains(subjectsOf(b), b.Subject(s)) })
	}
	edited := b
	edited.Subjects = slices.Concat(b.Subjects, missing)
	var names []string
	var ops []op
	for _, s := range missing {
		names = append(names, title(b.Subject(s)))
		ops = append(ops, op{"add", "/subjects/-", s})
	}
	all := strings.Join(names, ", ")
	cost, says := costNewSubject, fmt.Sprintf("%s does not name %s", o, all)
	if len(b.Subjects) == 0 {
		cost, says = costNoSubject, o.String()+" has no subjects"
		ops = []op{{"add", "/subjects", missing}}
	}
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: "subjects", Want: all},
		says:  says, cost: cost, edit: rbac.Edit{Bindings: []rbac.Binding{edited}},
		summary: fmt.Sprintf("Add %s to the subjects of %s", all, o),
		creates: []string{patchCommand(o, ops...)},
		about:   []matrix.Origin{o}, covers: underField("subjects"),
	}
}

// shippedSubjects returns the subjects that a release ships a binding with; nil when it ships none of this name.
func (w *finder) shippedSubjects(b rbac.Binding) []rbacv1.Subject {
	for _, shipped := range w.Bindings {
		if shipped.Origin() == b.Origin() && shipped.RoleOrigin() == b.RoleOrigin() {
			return shipped.Subjects
		}
	}
	return nil
}

// underField accepts the findings about a field of an object.
func underField(field string) func(*probe.Finding) bool {
	return func(f *probe.Finding) bool { return strings.HasPrefix(f.Origin.Get().Field, field) }
}

// entryOf is a subject as a binding names it.
func entryOf(s matrix.Subject) rbacv1.Subject {
	entry := rbacv1.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}
	if s.Kind != rbacv1.ServiceAccountKind {
		entry.APIGroup = rbacv1.GroupName
	}
	return entry
}

// title names a subject: ServiceAccount apps/dev-team, Group system:authenticated.
func title(s matrix.Subject) string {
	if s.Kind == matrix.KindServiceAccount {
		return s.Kind + " " + s.String()
	}
	return s.String()
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
