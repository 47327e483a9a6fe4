// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"slices"

	"github.com/flux-probe/flux-probe/probe"
)

// Kind identifies the document of flux-probe paths. Its fields are only ever added.
const Kind = "Paths"

// Report is what Find found.
type Report struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Source     probe.Source `json:"source,omitempty"`
	Assumed    []string     `json:"assumed,omitempty"` // what is taken for granted in place of what was read
	From       int          `json:"from"`              // the accounts that paths were looked for from
	Asked      []string     `json:"goals"`             // the goals that were looked for
	Reviews    int          `json:"reviews"`           // that were asked
	Paths      []Path       `json:"paths"`
	Cuts       []Cut        `json:"cuts"`
	Unknown    []string     `json:"unknown,omitempty"` // what is not known, so that there may be more paths
	Result     probe.Result `json:"result"`
}

// Cut is what to remove so that no path leads to a goal any more.
type Cut struct {
	Goal   string   `json:"goal"`
	Remove []string `json:"remove"` // grants, and flags to be set

	// Minimum reports that no smaller set cuts all paths.
	Minimum bool `json:"minimum"`
	// Minimal reports that no grant of the set can be left out.
	Minimal bool `json:"minimal"`
	// Proven reports that the paths were looked for again without the set, and none was found.
	Proven bool `json:"proven"`
	// Uncut are the accounts with a path that rests only on what Flux or the cluster itself needs.
	Uncut []string `json:"uncut,omitempty"`

	removed []Grant
}

// Judge sets the result: a path to one of the goals that were asked by name fails, or else a path to cluster-admin or
// to another tenant.
func (r *Report) Judge(byName bool) {
	switch {
	case slices.ContainsFunc(r.Paths, func(p Path) bool { return byName || Fails(p.Goal) }):
		r.Result = probe.ResultFail
	case len(r.Unknown) > 0 || r.From == 0:
		r.Result = probe.ResultUndetermined
	default:
		r.Result = probe.ResultPass
	}
}
