// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/admission"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/probe/why"
)

// guardsOf returns what guards refused to an object that failed.
func (w *reasons) guardsOf(c conditions) []refusal.Guard {
	if !c.failed() {
		return nil
	}
	return refusal.Guards(c.message)
}

// guarded adds the entry of an object that guards refused something.
func (w *reasons) guarded(guards []refusal.Guard, e why.Entry, o snapshot.Object) {
	var all []string
	for _, g := range guards {
		all = append(all, g.String())
	}
	e.Guards, e.Permissions, e.Because = guards, answerOf(guards[0]), strings.Join(all, "; ")
	if fields.Get(o.Fields, "spec.kubeConfig") != nil {
		e.Because = "on another cluster, the one of spec.kubeConfig, " + e.Because
	}
	w.add(e, w.guardOf(guards[0], o))
}

// guardedText adds what guards refused, as a text says: one entry for each.
func (w *reasons) guardedText(guards []refusal.Guard, text string, o snapshot.Object) {
	var at matrix.Origin
	for _, g := range guards {
		e := why.Entry{Guards: []refusal.Guard{g}, Permissions: answerOf(g), Because: g.String()}
		if o.Name != "" {
			at = o.Origin("")
			e.Object, e.Chain, e.Next = &at, w.chainTo(o, nil), explainObject(o)
		} else if applied, ok := refusal.Applying(text); ok {
			e.Object = &matrix.Origin{Kind: applied.Kind, Namespace: applied.Namespace, Name: applied.Name}
		}
		place := w.guardOf(g, o)
		if place == none {
			c := admission.Refused(g, text, at)
			if o.Name != "" {
				c.Subject = matrix.Share(admission.Account(w.Model(), o))
			}
			place = w.judge(c)
		}
		w.add(e, place)
	}
}

// answerOf says whether permissions are why a guard refused something. They are for the one plugin of admission that
// asks for permissions, and may be for security context constraints, which accounts are permitted to use.
func answerOf(g refusal.Guard) why.Answer {
	switch {
	case g.Kind == refusal.OwnerReferences:
		return why.Yes
	case g.Kind == refusal.AdmissionPlugin && strings.Contains(g.Says, "security context constraint"):
		return why.Unknown
	default:
		return why.No
	}
}

// guardOf returns the place of the finding about what a guard refused to an object; none when there is none.
func (w *reasons) guardOf(g refusal.Guard, o snapshot.Object) int {
	for i, f := range w.findings {
		if f.Code == "FP411" && o.Name != "" && isOf(f, o) && f.Observed == g.String() {
			return i
		}
	}
	return none
}
