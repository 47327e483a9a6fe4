// SPDX-License-Identifier: Apache-2.0

package file

import (
	"slices"
	"strings"
)

// manyWords is how many words a message lists before it is better to name none.
const manyWords = 12

// Want says what stands for word where known are right: the nearest one when word looks like a slip,
// else all when they are few.
func Want(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) > manyWords || len(known) == 0 {
		return "nothing there has a name like it"
	}
	return "want one of " + strings.Join(known, ", ")
}

// Nearest is the known word that is the fewest edits away from word, at most a third of its letters;
// "" when there is none.
func Nearest(word string, known []string) string {
	best, nearest := max(1, len(word)/3)+1, ""
	for _, k := range slices.Sorted(slices.Values(known)) {
		if k == "" || k == word {
			continue
		}
		if strings.EqualFold(k, word) || k == word+"s" || k == word+"es" {
			return k // another case, or the singular of a resource
		}
		if n := edits(strings.ToLower(word), strings.ToLower(k), best); n < best {
			best, nearest = n, k
		}
	}
	return nearest
}

// edits is the number of insertions, deletions, changes and swaps of neighbours that make b of a; it
// gives up at limit.
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
