// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/admission"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/impersonation"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/isolation"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/preflight"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/references"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/tenants"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	dryruns "github.com/flux-probe/flux-probe/probe/admission"
)

// Preflight is the section about what is about to be applied.
const Preflight = "preflight"

// The checks of other sections that are asked about a change too, and the codes that they have there.
var (
	ofTenants       = map[string]string{"FP402": preflight.Storage, "FP403": preflight.Health}
	ofImpersonation = map[string]string{"FP301": preflight.Impersonation, "FP302": preflight.Impersonation}
	ofReferences    = map[string]string{
		"FP601": preflight.References, "FP602": preflight.References, "FP603": preflight.References, "FP604": preflight.References,
		"FP605": preflight.References, "FP606": preflight.References,
	}
)

// derivePreflight derives the section about what is about to be applied: its own checks, and those of other sections
// that are about the change when they are derived of the model after it.
func derivePreflight(m *model.Model, o Options) *matrix.Matrix {
	all := &matrix.Matrix{}
	all.Checks, all.NotAsked = preflight.Checks(m, o)
	of := o
	of.Change = nil
	next := o.Change.Next()
	add := func(derived []matrix.Check, codes map[string]string) {
		all.Checks = append(all.Checks, preflight.Restate(derived, codes)...)
	}
	impersonated, gaps := impersonation.Checks(next, of)
	add(impersonated, ofImpersonation)
	all.NotAsked = append(all.NotAsked, gaps...)
	applied, _ := tenants.Checks(next, of) // its gaps are those of the plans, which the section itself has
	add(applied, ofTenants)
	if preflight.Touches(o.Change) {
		refers, _ := references.Checks(o.Change.After, of)
		add(preflight.Brought(refers, o.Change), ofReferences)
	}
	switch why := m.WhyRBACUnread(); {
	case !preflight.Touches(o.Change):
	case why != "":
		all.NotAsked = append(all.NotAsked, m.UnreadRBACGap("what the change opens", "what is open today is not known: "+why))
	default:
		isolated, _ := isolation.Checks(o.Change.After, of)
		all.Checks = append(all.Checks, preflight.Opens(m, o.Change, isolated)...)
	}
	complete(m, Preflight, all)
	guarded := &matrix.Matrix{}
	guarded.Checks, guarded.NotAsked = admission.Planned(o.Change)
	complete(m, dryruns.Section, guarded)
	all.Checks, all.NotAsked = append(all.Checks, guarded.Checks...), append(all.NotAsked, guarded.NotAsked...)
	return all
}

// Opened derives what a change would allow that the rules of a user want denied, as it does for section isolation. What
// they want allowed is not about a change, and counted as not asked.
func Opened(m *model.Model, change *model.Change, rules []matrix.Check) *matrix.Matrix {
	all := &matrix.Matrix{}
	allowed := 0
	for _, c := range rules {
		if asked, ok := c.(*matrix.Asked); !ok || asked.Want != matrix.Deny {
			allowed++
		}
	}
	if allowed > 0 {
		all.NotAsked = append(all.NotAsked, matrix.Gap{
			What: fmt.Sprintf("checks of matrix files that something is allowed: %d", allowed),
			Why:  "they are not about what the change needs or opens; ask them without preflight", Kind: matrix.Chosen,
		})
	}
	switch why := m.WhyRBACUnread(); {
	case !preflight.Touches(change) || allowed == len(rules):
	case why != "":
		all.NotAsked = append(all.NotAsked, m.UnreadRBACGap("what the change opens that matrix files want denied", "what is open today is not known: "+why))
	default:
		all.Checks = preflight.Opens(m, change, rules)
	}
	complete(m, Preflight, all)
	return all
}
