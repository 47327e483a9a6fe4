// SPDX-License-Identifier: Apache-2.0

package rbac

import "strings"

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
	d := distance(a, b)
	return d > 0 && d <= most
}

// misspelt says whether a resource of a rule is resource written wrongly: the singular, capitals, or
// a letter or two.
func misspelt(a, resource string) bool {
	return a != resource && (strings.EqualFold(a, resource) || Similar(strings.ToLower(a), resource))
}

// distance is the number of letters to insert, delete or replace to make b of a. Names that differ
// by more than two in length are never similar, and are put down as far apart without counting.
func distance(a, b string) int {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
