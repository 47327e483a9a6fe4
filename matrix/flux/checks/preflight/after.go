// SPDX-License-Identifier: Apache-2.0

package preflight

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// The codes of checks that other sections derive of the model after the change.
const (
	Health        = "FP424"
	Storage       = "FP425"
	Impersonation = "FP426"
	References    = "FP427"
)

// Restate makes checks of another section, derived of the model after the change, checks of this one: those whose
// codes are in codes, by the code that each becomes.
func Restate(derived []matrix.Check, codes map[string]string) []matrix.Check {
	var found []matrix.Check
	for _, c := range derived {
		if meta := c.Meta(); codes[meta.Code] != "" {
			meta.Code, meta.Step = codes[meta.Code], matrix.Applying
			if meta.Code == Health {
				meta.Step = matrix.Waiting
			}
			found = append(found, c)
		}
	}
	return found
}

// Brought are those of some checks whose origin is an object of the change. They are located where it was read.
func Brought(derived []matrix.Check, change *model.Change) []matrix.Check {
	planned := plannedObjects(change)
	return slices.DeleteFunc(derived, func(c matrix.Check) bool {
		origin := c.Meta().Origin.Get()
		at, ok := planned[object(origin)]
		origin.File, origin.Line = at.File, at.Line
		c.Meta().Origin = matrix.Share(origin)
		return !ok
	})
}

// Opens returns what the change would allow that must not be (FP428): what section isolation, derived of the model after
// the change, wants denied and RBAC does not allow today. No cluster can be asked about permissions that nobody has yet.
func Opens(m *model.Model, change *model.Change, isolation []matrix.Check) []matrix.Check {
	planned := plannedObjects(change)
	before, after := m.RBAC(), change.After.RBAC()
	seen := map[matrix.Review]bool{}
	var found []matrix.Check
	for _, c := range isolation {
		asked, ok := c.(*matrix.Asked)
		if !ok || asked.Want != matrix.Deny || len(asked.AnyOf) == 0 {
			continue
		}
		for _, review := range asked.AnyOf[0] {
			if seen[review] || before.Allowed(review) || !after.Allowed(review) {
				continue
			}
			seen[review] = true
			found = append(found, opened(asked, review, planned, after))
			break
		}
	}
	return found
}

// opened is one access that the change would allow.
func opened(asked *matrix.Asked, review matrix.Review, planned map[matrix.Origin]matrix.Origin, after *rbac.Index) matrix.Check {
	c := &matrix.Observed{CheckMeta: asked.CheckMeta, Verdict: matrix.Excess, Place: &review.Access}
	c.Code, c.Step = "FP428", matrix.Opening
	c.Hint = "bind a smaller role, or bind it in the namespace of the account"
	c.Evidence = "RBAC will allow it"
	for _, b := range after.BindingsFor(review.Subject.Get(), review.Access.Namespace) {
		role, ok := after.RoleOf(b)
		if !ok || !rbac.AnyCovers(role.Rules, review.Access) {
			continue
		}
		for _, o := range []matrix.Origin{b.Origin(), role.Origin()} {
			if at, brought := planned[o]; brought {
				c.Origin = matrix.Share(at)
				c.Evidence = fmt.Sprintf("%s of the change, which binds %s, will allow %s", at, role.Origin(), review.Access)
				if o == role.Origin() {
					c.Evidence = fmt.Sprintf("%s of the change, bound by %s, will allow %s", at, b.Origin(), review.Access)
				}
				return c
			}
		}
	}
	return c
}

// plannedObjects are the objects of the change, and where they were read.
func plannedObjects(change *model.Change) map[matrix.Origin]matrix.Origin {
	found := map[matrix.Origin]matrix.Origin{}
	for _, p := range change.Plans {
		for _, o := range p.Objects {
			found[object(o.Origin())] = o.Origin()
		}
	}
	return found
}

// object is an origin without what is inside the object, and where it was read.
func object(o matrix.Origin) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// Touches reports whether the change has objects that decide what accounts can do, or who is a tenant.
func Touches(change *model.Change) bool {
	for _, p := range change.Plans {
		for _, o := range p.Objects {
			if o.Group == rbacGroup || o.Group == "" && (o.Kind == "ServiceAccount" || o.Kind == "Namespace") || change.After.Facts.Components.IsGroup(o.Group) {
				return true
			}
		}
	}
	return false
}
