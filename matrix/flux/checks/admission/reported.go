// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// reported reads what guards refused from the conditions of the objects that failed, each guard of an object once
// (FP411).
func (s *section) reported() {
	for _, o := range s.Objects {
		if !s.Includes(o.Namespace) {
			continue
		}
		seen := map[refusal.Guard]bool{}
		for _, condition := range fields.Each(o.Fields, "status.conditions[]") {
			kind, message := fields.Text(condition.Fields, "type"), fields.Text(condition.Fields, "message")
			if failing[kind] == "" || fields.Text(condition.Fields, "status") != failing[kind] {
				continue
			}
			for _, g := range refusal.Guards(message) {
				guard := refusal.Guard{Kind: g.Kind, Name: g.Name, Part: g.Part}
				if seen[guard] {
					continue
				}
				seen[guard] = true
				if fields.Get(o.Fields, "spec.kubeConfig") != nil {
					s.Skip(fmt.Sprintf("the refusal that %s reports", o), "spec.kubeConfig: another cluster refused it")
					break
				}
				check := Refused(g, message, o.Origin("status.conditions["+kind+"]"))
				check.Subject = matrix.Share(Account(s.Model, o))
				s.Add(check)
			}
		}
	}
}

// failing are the conditions that say that an object failed, with the status in which they do.
var failing = map[string]string{"Ready": "False", "Stalled": "True"}

// Account is the account with which o is reconciled; the zero Subject when that is not known.
func Account(m *model.Model, o snapshot.Object) matrix.Subject {
	if r, ok := m.Reconciliation(o); ok {
		return r.Account
	}
	if d := m.Controller(o); d != nil {
		return d.Account()
	}
	return matrix.Subject{}
}

// Refused is the check of what a guard refused, as a message at an object and field says. The object is the zero
// Origin where that is not known.
func Refused(g refusal.Guard, message string, at matrix.Origin) *matrix.Observed {
	object := matrix.Origin{Kind: at.Kind, Namespace: at.Namespace, Name: at.Name}
	applied, named := refusal.Applying(message)
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Section: admission.Section, Code: admission.Refused, Severity: matrix.Error, Origin: matrix.Share(at), Hint: g.Correction(),
			Because: "the text says that this was refused",
		},
		Verdict: matrix.Missing, Evidence: g.String(), By: g.By(applied, at),
	}
	switch {
	case object.Name != "" && named:
		c.Because = fmt.Sprintf("%s applies %s", object, applied)
	case object.Name != "":
		c.Because = fmt.Sprintf("%s reports in %s that this was refused", object, at.Field)
	case named:
		c.Because = fmt.Sprintf("the text says that %s was refused", applied)
	}
	return c
}
