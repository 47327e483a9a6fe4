// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/flux-probe/flux-probe/probe"
)

// programName is how reports name the program in the commands of their hints.
const programName = "flux-probe"

// ownCommand finds the commands of the program in text for people.
var ownCommand = regexp.MustCompile(`\b` + programName + ` (explain|why|fix|paths|preflight|least|matrix|show|diff|demo|rbac|lockdown|-)`)

// CalledAs returns text with the commands of the program in it as the user types them: program is
// kubectl flux-probe or flux probe where it is a plugin, and empty where it has its own name.
func CalledAs(program, text string) string {
	if program == "" || program == programName {
		return text
	}
	return ownCommand.ReplaceAllString(text, program+" $1")
}

// typed returns text with the commands of the program in it as the user types them to reach the same target.
func (o Options) typed(text string) string {
	if o.Flags == "" {
		return CalledAs(o.Program, text)
	}
	return ownCommand.ReplaceAllStringFunc(text, func(command string) string {
		word := command[len(programName)+1:]
		switch word {
		case "-":
			return cmp.Or(o.Program, programName) + o.Flags + " -"
		case "show", "diff", "demo", "rbac":
			return cmp.Or(o.Program, programName) + " " + word
		default:
			return cmp.Or(o.Program, programName) + " " + word + o.Flags
		}
	})
}

// typedIn returns r with the hints of its findings as the user types them.
func (o Options) typedIn(r *probe.Report) *probe.Report {
	if (o.Program == "" || o.Program == programName) && o.Flags == "" {
		return r
	}
	renamed := *r
	renamed.Findings = slices.Clone(r.Findings)
	for i := range renamed.Findings {
		f := &renamed.Findings[i]
		f.Hint = o.typed(f.Hint)
	}
	return &renamed
}
