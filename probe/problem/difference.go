// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// around is how many equal lines a difference shows before and after a change.
const around = 3

// difference is the unified difference of an object before and after a change; "" when there is none. An
// object that is created or deleted is compared with /dev/null.
func difference(o matrix.Origin, before, after string) string {
	old, new := lines(before), lines(after)
	edits := compareLines(old, new)
	var b strings.Builder
	name := safetext.Printable(o.String())
	from, to := name, name
	if before == "" {
		from = "/dev/null"
	}
	if after == "" {
		to = "/dev/null"
	}
	for i := 0; i < len(edits); {
		if edits[i].mark == ' ' {
			i++
			continue
		}
		first, last := max(0, i-around), i
		for k := i; k < len(edits) && k <= last+2*around; k++ {
			if edits[k].mark != ' ' {
				last = k
			}
		}
		end := min(len(edits), last+1+around)
		if b.Len() == 0 {
			fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, to)
		}
		b.WriteString(hunk(edits, first, end))
		i = end
	}
	return b.String()
}

// edit is a line of a difference: ' ' in both, '-' before, '+' after.
type edit struct {
	mark byte
	text string
}

// hunk prints the edits from first to end.
func hunk(edits []edit, first, end int) string {
	var at, count [2]int // before and after
	for i, e := range edits[:end] {
		for side, gone := range []byte{'+', '-'} {
			if e.mark == gone {
				continue
			}
			if i < first {
				at[side]++
			} else {
				count[side]++
			}
		}
	}
	for side := range at {
		if count[side] > 0 {
			at[side]++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", at[0], count[0], at[1], count[1])
	for _, e := range edits[first:end] {
		b.WriteString(string(e.mark) + e.text + "\n")
	}
	return b.String()
}

// mostLines is up to how many lines are compared with each other; longer objects are shown whole.
const mostLines = 2000

// compareLines returns the longest common lines of two texts, and what is between them.
func compareLines(old, new []string) []edit {
	var edits []edit
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		edits = append(edits, edit{' ', old[0]})
		old, new = old[1:], new[1:]
	}
	var tail []edit
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		tail = append(tail, edit{' ', old[len(old)-1]})
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	common := make([][]int, len(old)+1) // length of the longest common lines from here on
	for i := range common {
		common[i] = make([]int, len(new)+1)
	}
	if len(old) <= mostLines && len(new) <= mostLines {
		for i := len(old) - 1; i >= 0; i-- {
			for k := len(new) - 1; k >= 0; k-- {
				if common[i][k] = max(common[i+1][k], common[i][k+1]); old[i] == new[k] {
					common[i][k] = common[i+1][k+1] + 1
				}
			}
		}
	}
	for i, k := 0, 0; i < len(old) || k < len(new); {
		switch {
		case i < len(old) && k < len(new) && old[i] == new[k]:
			edits = append(edits, edit{' ', old[i]})
			i, k = i+1, k+1
		case k == len(new) || i < len(old) && common[i+1][k] >= common[i][k+1]:
			edits = append(edits, edit{'-', old[i]})
			i++
		default:
			edits = append(edits, edit{'+', new[k]})
			k++
		}
	}
	for i := len(tail) - 1; i >= 0; i-- {
		edits = append(edits, tail[i])
	}
	return edits
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
