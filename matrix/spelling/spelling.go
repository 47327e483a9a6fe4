// SPDX-License-Identifier: Apache-2.0

// Package spelling finds the name that a misspelt one was meant to be: of a word in a matrix file, of an
// argument, of a subject in a binding.
package spelling

import (
	"slices"
	"strconv"
	"strings"
)

// maxListed is how many valid values a message lists. A longer list does not help anyone.
const maxListed = 12

// Hint continues a message about an unknown word where known are the valid values: with the one that
// was probably meant, or with all of them when they are few. It is empty when there is nothing useful to
// add.
//
//	unknown kind "ServiceAcount": did you mean "ServiceAccount"?
//	unknown effect "forbid": valid values are allow, deny
func Hint(word string, known []string) string {
	switch near := Nearest(word, known); {
	case near != "":
		return ": did you mean " + strconv.Quote(near) + "?"
	case len(known) == 0 || len(known) > maxListed:
		return ""
	case len(known) == 1:
		return ": the only valid value is " + known[0]
	default:
		return ": valid values are " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
	}
}

// Nearest returns the known word that is the fewest edits away from word, at most a third of its
// letters; empty when there is none.
func Nearest(word string, known []string) string {
	best, found := max(1, len(word)/3)+1, ""
	for _, k := range slices.Sorted(slices.Values(known)) {
		if k == "" || k == word {
			continue
		}
		if strings.EqualFold(k, word) || k == word+"s" || k == word+"es" {
			return k // another case, or the singular of a resource
		}
		if n := edits(strings.ToLower(word), strings.ToLower(k), best); n < best {
			best, found = n, k
		}
	}
	return found
}

// Distance returns how many insertions, deletions, changes and swaps of neighbouring letters turn a into
// b.
func Distance(a, b string) int { return edits(a, b, len(a)+len(b)+1) }

// Similar reports whether a is b with one or two letters wrong. In a name of three or four letters one
// letter can be wrong, and in a shorter one none: it would be another name.
func Similar(a, b string) bool {
	most := 2
	switch n := min(len(a), len(b)); {
	case n < 3:
		return false
	case n < 5:
		most = 1
	}
	return a != b && edits(a, b, most+1) <= most
}

// edits is Distance, or limit if the difference of the lengths alone is as large.
func edits(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
