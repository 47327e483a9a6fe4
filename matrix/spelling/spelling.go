// SPDX-License-Identifier: Apache-2.0

// Package spelling finds what a misspelt name was meant to be: of a word in a matrix file, of an
// argument, of a subject that a binding names.
package spelling

import (
	"slices"
	"strings"
)

// manyWords is how many words a message lists before it is better to name none.
const manyWords = 12

// Want says what stands for word where known are right: the nearest one when word looks like a slip,
// else all when they are few.
func Want(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) > manyWords || len(known) == 0 {
		return "nothing there has a name like it"
	}
	return "want one of " + strings.Join(slices.Sorted(slices.Values(known)), ", ")
}

// nearest is the known word that is the fewest edits away from word, at most a third of its letters;
// "" when there is none.
func nearest(word string, known []string) string {
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

// Distance is the number of insertions, deletions, changes and swaps of neighbours that make b of a.
func Distance(a, b string) int { return edits(a, b, len(a)+len(b)+1) }

// Similar says whether a is b with one or two letters wrong; in a short name one, and in a name of
// two letters none, which would be another name.
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

// edits is Distance, and limit where the lengths alone are that far apart.
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
