// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
)

// The costs of ending a grant: the smallest change that breaks nothing is proposed.
const (
	costOwnAdmin    = 0.95 // an account that is cluster-admin in its own namespace, and whose needs are not known
	costSubject     = 1.0
	costOwnBinding  = 1.15 // a RoleBinding in place of a ClusterRoleBinding
	costNarrowed    = 1.2
	costReplaced    = 1.5 // minimal roles in place of what is too much and needed in part
	costAllBindings = 2.0
)

// excessGrants are the candidates for an access that is allowed and must not be: the binding that grants it
// names too many subjects or counts in too many namespaces, or its role has too many rules.
func (w *finder) excessGrants(seed int) []*candidate {
	asked := w.asked[seed]
	if asked == nil || asked.Want != matrix.Deny || w.findings[seed].Verdict != matrix.Excess || !w.byRBAC[seed] {
		return nil
	}
	var grants []rbac.HeldRule
	for _, alternative := range asked.AnyOf {
		for _, r := range alternative {
			grants = append(grants, w.index.Grants(r)...)
		}
	}
	var all []*candidate
	done := map[matrix.Origin]bool{}
	every := &candidate{cost: costAllBindings}
	for _, g := range grants {
		if done[g.Binding.Origin()] {
			continue
		}
		done[g.Binding.Origin()] = true
		c := w.withoutSubject(g)
		all = append(all, c, w.narrowed(g), w.ownBinding(g), w.ownAdmin(g, seed), w.replaced(g))
		every.join(c)
	}
	if len(done) > 1 {
		all = append(all, every)
	}
	return slices.DeleteFunc(all, func(c *candidate) bool { return c == nil })
}

// join adds another change to c, whose cause is that of the first.
func (c *candidate) join(o *candidate) {
	if c.says == "" {
		cost := c.cost
		*c = *o
		c.cost = cost
		return
	}
	c.says += ", and " + o.says
	c.summary += "; " + strings.ToLower(o.summary[:1]) + o.summary[1:]
	c.edit.Bindings, c.edit.Removed = slices.Concat(c.edit.Bindings, o.edit.Bindings), slices.Concat(c.edit.Removed, o.edit.Removed)
	c.deletes, c.creates = slices.Concat(c.deletes, o.deletes), slices.Concat(c.creates, o.creates)
	c.about = slices.Concat(c.about, o.about)
}

// withoutSubject proposes that a binding must not name a subject, which can be a group that reaches too far.
// A binding that names nobody else is deleted.
func (w *finder) withoutSubject(g rbac.HeldRule) *candidate {
	b, o := g.Binding, g.Binding.Origin()
	at := slices.IndexFunc(b.Subjects, func(s rbacv1.Subject) bool { return b.Subject(s) == g.Subject })
	edited := b
	edited.Subjects = slices.DeleteFunc(slices.Clone(b.Subjects), func(s rbacv1.Subject) bool { return b.Subject(s) == g.Subject })
	c := &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: fmt.Sprintf("subjects[%d]", at), Was: title(g.Subject)},
		says:  fmt.Sprintf("%s grants %s to %s", o, g.Role.Origin(), title(g.Subject)),
		cost:  costSubject, about: []matrix.Origin{o},
		covers: func(f *probe.Finding) bool { return f.Subject == g.Subject },
	}
	if g.Subject.Kind == matrix.KindGroup {
		c.says += ", which includes " + groupMembers(g.Subject.Name)
	}
	if len(edited.Subjects) == 0 {
		c.cause.Field, c.cause.Was = "", g.Role.Origin().String()+" for "+title(g.Subject)
		c.edit.Removed = []matrix.Origin{o}
		c.summary = fmt.Sprintf("Delete %s", o)
		c.deletes = []string{remedy.Kubectl("delete", o)}
		return c
	}
	c.edit.Bindings = []rbac.Binding{edited}
	c.summary = fmt.Sprintf("Remove %s from the subjects of %s", title(g.Subject), o)
	var ops []op
	for i := len(b.Subjects) - 1; i >= 0; i-- {
		if b.Subject(b.Subjects[i]) == g.Subject {
			ops = append(ops, op{Op: "remove", Path: fmt.Sprintf("/subjects/%d", i)})
		}
	}
	c.creates = []string{patchCommand(o, ops...)}
	return c
}

// boundSubject proposes that a binding must not name the subject that an observed finding is about; nil for any other
// finding.
func (w *finder) boundSubject(f *probe.Finding) *candidate {
	o := f.Origin.Get()
	if !strings.HasSuffix(o.Kind, "Binding") || !strings.HasPrefix(o.Field, "subjects[") || f.Severity == matrix.Info {
		return nil
	}
	b, ok := w.index.Binding(o.Namespace, o.Name)
	if !ok || b.Builtin() || !slices.Contains(subjectsOf(b), f.Subject) {
		return nil
	}
	role, _ := w.index.RoleOf(b)
	role.Namespace, role.Name = b.RoleOrigin().Namespace, b.RoleOrigin().Name
	c := w.withoutSubject(rbac.HeldRule{Binding: b, Role: role, Subject: f.Subject})
	if f.Verdict == matrix.Missing {
		c.says = fmt.Sprintf("%s names %s%s", object(o), title(f.Subject), w.absent(f.Subject))
	}
	return c
}

// groupMembers describes who is in a group.
func groupMembers(name string) string {
	namespace, ofNamespace := strings.CutPrefix(name, "system:serviceaccounts:")
	switch {
	case ofNamespace:
		return "every ServiceAccount of namespace " + namespace
	case name == "system:serviceaccounts":
		return "every ServiceAccount of the cluster"
	case name == "system:authenticated":
		return "every authenticated user and ServiceAccount"
	default:
		return "all its members"
	}
}

// narrowed proposes a role without what its holders must not have.
func (w *finder) narrowed(g rbac.HeldRule) *candidate {
	role, o := g.Role, g.Role.Origin()
	if role.Builtin() || role.Aggregation != nil {
		return nil
	}
	edited := role
	var gone []matrix.Access
	for _, b := range w.index.BindingsTo(role) {
		for _, named := range subjectsOf(b) {
			for _, s := range w.members(named) {
				for _, a := range w.excess(s) {
					if (b.Namespace == "" || b.Namespace == a.Namespace) && rbac.AnyCovers(edited.Rules, a) {
						edited.Rules = rbac.WithoutAccess(edited.Rules, a)
						gone = append(gone, a)
					}
				}
			}
		}
	}
	if equality.Semantic.DeepEqual(edited.Rules, role.Rules) {
		return nil
	}
	text := rulesText(rbac.RulesAllowing(gone))
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: "rules", Was: text},
		says:  fmt.Sprintf("%s, bound by %s, grants %s", o, g.Binding.Origin(), text),
		cost:  costNarrowed, edit: rbac.Edit{Roles: []rbac.Role{edited}}, only: matrix.Allow,
		summary: fmt.Sprintf("Remove from %s: %s", o, text),
		creates: []string{patchCommand(o, op{"replace", "/rules", edited.Rules})},
		about:   []matrix.Origin{o}, covers: func(f *probe.Finding) bool { return f.Verdict == matrix.Excess },
	}
}

// excess returns what open findings say that a subject is allowed and must not be.
func (w *finder) excess(subject matrix.Subject) []matrix.Access {
	var accesses []matrix.Access
	for _, i := range w.failing[subject] {
		if !w.open[i] || !w.byRBAC[i] || w.asked[i].Want != matrix.Deny {
			continue
		}
		for _, alternative := range w.asked[i].AnyOf {
			for _, r := range alternative {
				accesses = append(accesses, r.Access)
			}
		}
	}
	return accesses
}

// ownBinding proposes a RoleBinding in the account's own namespace in place of a ClusterRoleBinding.
func (w *finder) ownBinding(g rbac.HeldRule) *candidate {
	if g.Binding.Namespace != "" || g.Subject.Kind != matrix.KindServiceAccount {
		return nil
	}
	own := rbac.Binding{
		Namespace: g.Subject.Namespace, Name: g.Binding.Name, Labels: g.Binding.Labels, RoleRef: g.Binding.RoleRef,
		Subjects: []rbacv1.Subject{entryOf(g.Subject)},
	}
	if _, taken := w.index.Binding(own.Namespace, own.Name); taken {
		return nil
	}
	c := w.withoutSubject(g)
	c.cost = costOwnBinding
	c.edit.Bindings = append(c.edit.Bindings, own)
	c.creates = append(c.creates, createBinding(own.Origin(), g.Role.Origin(), g.Subject))
	c.cause.Want = own.Origin().String()
	c.summary = fmt.Sprintf("Replace %s by %s: the whole cluster is more than %s needs", g.Binding.Origin(), own.Origin(), title(g.Subject))
	return c
}

// ownAdmin is a RoleBinding to cluster-admin in the namespace of its account, of whose needs no check knows anything:
// without it the account could do nothing, so that no change is proposed but that of the check's hint.
func (w *finder) ownAdmin(g rbac.HeldRule, seed int) *candidate {
	f := &w.findings[seed]
	everything := matrix.Access{Verb: "*", Group: "*", Resource: "*"}
	if f.Severity == matrix.Error || g.Subject.Kind != matrix.KindServiceAccount || g.Binding.Namespace != g.Subject.Namespace ||
		!rbac.AnyCovers(g.Role.Rules, everything) || len(w.lostBy(g)) > 0 {
		return nil
	}
	c := w.withoutSubject(g)
	w.evaluate(c)
	o := g.Binding.Origin()
	return &candidate{
		cause: probe.Cause{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name, Field: "roleRef.name", Was: g.Binding.RoleRef.Name},
		says:  c.says, summary: sentence(f.Hint), cost: costOwnAdmin, explained: c.explained,
	}
}

// replaced proposes the smallest roles for what an account needs of a binding that grants it too much.
func (w *finder) replaced(g rbac.HeldRule) *candidate {
	if g.Subject.Kind != matrix.KindServiceAccount {
		return nil
	}
	lost := w.lostBy(g)
	if len(lost) == 0 {
		return nil
	}
	c := w.withoutSubject(g)
	grants := w.grants(lost)
	c.cost = costReplaced
	c.cause.Want = "roles for no more than it needs"
	c.edit.Roles, c.edit.Bindings = grants.edit.Roles, append(c.edit.Bindings, grants.edit.Bindings...)
	c.creates = append(c.creates, grants.creates...)
	c.summary += "; and create roles for no more than " + title(g.Subject) + " needs: " + rulesText(allRules(c.edit.Roles))
	return c
}

// lostBy returns what an account needs and would lose if a binding did not name it.
func (w *finder) lostBy(g rbac.HeldRule) []matrix.Review {
	after := w.after(w.withoutSubject(g))
	var lost []matrix.Review
	for _, i := range w.bySubject[g.Subject] {
		if w.asked[i].Want != matrix.Allow || failing(judge(w.asked[i], w.index.Allowed)) || !failing(judge(w.asked[i], after)) {
			continue
		}
		for _, r := range remedy.LeastPrivileged(w.asked[i]) {
			if !after(r) {
				lost = append(lost, r)
			}
		}
	}
	return lost
}
