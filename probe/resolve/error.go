// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Problem is what is wrong with a name.
type Problem int

// The problems.
const (
	Malformed         Problem = iota // it is not written as such a name is
	NotFound                         // there is no such thing
	SeveralGroups                    // there are resources of that name in several API groups
	SeveralNamespaces                // there are objects of that name in several namespaces
	ClusterScoped                    // a namespace was given for a resource that is in none
)

// Error is about a name that stands for nothing. Its text names the cause and what may have been meant,
// but no flag: the caller knows how a name is given.
type Error struct {
	Problem Problem
	Value   string   // what was typed
	Cause   string   // one clause: there is no namespace "stagin"
	Similar []string // names that may have been meant, sorted
}

// Error is the cause, and what may have been meant.
func (e *Error) Error() string {
	text := e.Cause
	if n := len(e.Similar); n > 0 {
		text += "; did you mean " + strings.Join(e.Similar[:min(mostSimilar, n)], " or ") + "?"
	}
	return safetext.Printable(text)
}

// mostSimilar is how many similar names a message lists.
const mostSimilar = 3

func notFound(value, cause string, similar []string) *Error {
	slices.Sort(similar)
	return &Error{Problem: NotFound, Value: value, Cause: cause, Similar: slices.Compact(similar)}
}
