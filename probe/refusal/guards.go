// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Guards returns every refusal by a guard in a text, in order, each once. What a guard says is not searched for others.
// Where nothing tells the end of what it says, that is the end of the line, or of the lines that go on with it.
func Guards(text string) []Guard {
	var found []Guard
	seen := map[Guard]bool{}
	for _, message := range messages(written(text)) {
		for _, g := range guardsOf(message) {
			if !seen[g] {
				seen[g] = true
				found = append(found, g)
			}
		}
	}
	return found
}

// beginning is where a form was found.
type beginning struct {
	at []int // of the whole and of each group
	of form
}

// guardsOf returns the refusals of a message: the first that begins in it, and those that begin behind its end.
func guardsOf(message string) []Guard {
	named, all := beginnings(forms, message), beginnings(general, message)
	all = slices.DeleteFunc(all, func(b beginning) bool {
		at, exact := slices.BinarySearchFunc(named, b.at[1], func(n beginning, end int) int { return cmp.Compare(n.at[0], end) })
		return exact || at > 0 && named[at-1].at[0] >= b.at[0] || ofAuthorizer(message[b.at[1]:])
	})
	all = append(all, named...)
	slices.SortStableFunc(all, func(a, b beginning) int { return cmp.Compare(a.at[0], b.at[0]) })
	var found []Guard
	end := 0
	for _, b := range all {
		if b.at[0] < end {
			continue
		}
		end = b.at[1] + endOf(message[b.at[1]:])
		groups := make([]string, len(b.at)/2)
		for i := range groups {
			if b.at[2*i] >= 0 {
				groups[i] = message[b.at[2*i]:b.at[2*i+1]]
			}
			if i > 0 { // a name; the whole is made printable with what comes behind it
				groups[i] = safetext.Printable(groups[i])
			}
		}
		found = append(found, b.of.read(groups, message[b.at[1]:end])...)
	}
	return found
}

// beginnings returns where forms are found, in order.
func beginnings(forms []form, message string) []beginning {
	var all []beginning
	for _, f := range forms {
		for _, at := range f.begins().FindAllStringSubmatchIndex(message, -1) {
			all = append(all, beginning{at, f})
		}
	}
	slices.SortStableFunc(all, func(a, b beginning) int { return cmp.Compare(a.at[0], b.at[0]) })
	return all
}

// authorizing matches what RBAC and other authorizers say behind "is forbidden: ".
var authorizing = compiled(`^(?i:user\b|attempt to grant extra privileges|not allowed to\b)`)

// ofAuthorizer reports whether the rest of a message, behind "is forbidden: ", is that of an authorizer, or is cut off
// before one could tell.
func ofAuthorizer(rest string) bool {
	return authorizing().MatchString(rest) || len(rest) < len("User …") && strings.HasPrefix("User ", strings.TrimRight(rest, " .…\n"))
}
