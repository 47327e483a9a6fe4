// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// LeadsTo is where an access leads that an account must not have: the shortest path to a goal that begins with it.
type LeadsTo struct {
	Goal    string `json:"goal"`              // cluster-admin, secrets, tenant or platform, as docs/paths.md defines them
	Reaches string `json:"reaches,omitempty"` // which one of several, such as the other tenant
	Hops    int    `json:"hops"`              // accesses on the path; the first is that of the finding
	First   string `json:"first"`             // the first hop in few words: token of kustomize-controller
	Steps   []Step `json:"steps"`             // one for each hop
}

// Step is one access of a path.
type Step struct {
	As        matrix.Subject `json:"as"` // who has the access
	Access    matrix.Access  `json:"access"`
	Becomes   string         `json:"becomes,omitempty"` // who or what is reached by it; empty for the first of two that are needed together
	Confirmed bool           `json:"confirmed"`         // the API server allowed it in this run; false if only RBAC as it was read does
	Read      []string       `json:"read,omitempty"`    // what else the step rests on
}

// leading are the codes of the checks whose accesses can lead out of a tenant.
var leading = []string{"FP501", "FP502", "FP503", "FP504", "FP505", "FP506"}

// Leads reports whether f is an access that an account has and must not have, waived or not, and that can lead somewhere.
func (f Finding) Leads() bool {
	return f.Access != nil && f.verdict() == matrix.Excess && slices.Contains(leading, f.Code)
}
