// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// LeadsTo says in a line where the access of a finding leads: "2 steps to cluster-admin: token of
// kustomize-controller". It is empty when that is nowhere.
func LeadsTo(f probe.Finding) string {
	l := f.LeadsTo
	if l == nil {
		return ""
	}
	return safetext.Printable(counted(l.Hops, "step") + " to " + goalTitle(l.Goal, l.Reaches) + ": " + l.First)
}

// Steps says in a line each what the accesses are on the path of a finding, what they make of the account, and what
// that rests on.
func Steps(f probe.Finding) []string {
	if f.LeadsTo == nil {
		return nil
	}
	lines := make([]string, len(f.LeadsTo.Steps))
	for i, s := range f.LeadsTo.Steps {
		text := s.As.String() + " can " + s.Access.String()
		if s.Becomes != "" {
			text += ", which leads to " + s.Becomes
		}
		lines[i] = safetext.Printable(text + " (" + strings.Join(append([]string{confirmation(s.Confirmed)}, s.Read...), "; as read: ") + ")")
	}
	return lines
}

// goalTitle is a goal in words.
func goalTitle(goal, reaches string) string {
	switch {
	case reaches != "":
		return goal + " " + reaches
	case goal == paths.Secrets:
		return "every Secret"
	case goal == paths.Platform:
		return "the platform's source of truth"
	default:
		return goal
	}
}
