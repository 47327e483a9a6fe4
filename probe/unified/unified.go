// SPDX-License-Identifier: Apache-2.0

// Package unified compares texts line by line, in the format that patch and git apply read.
package unified

import (
	"fmt"
	"strings"
)

// around is how many equal lines a difference shows before and after a change.
const around = 3

// nowhere is the name of a file that does not exist.
const nowhere = "/dev/null"

// Difference is the unified difference between two texts with their names; "" when there is none. A text that is empty
// stands for a file that does not exist.
func Difference(from, to, before, after string) string {
	if before == "" {
		from = nowhere
	}
	if after == "" {
		to = nowhere
	}
	edits := compareLines(lines(before), lines(after))
	var b strings.Builder
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

// lineEdit is a line of a difference: ' ' in both, '-' before, '+' after.
type lineEdit struct {
	mark byte
	text string
}

// hunk prints the edits from first to end.
func hunk(edits []lineEdit, first, end int) string {
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
		b.WriteString(string(e.mark) + e.text)
		if !strings.HasSuffix(e.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
	return b.String()
}

// mostLines is up to how many lines are compared with each other; longer objects are shown whole.
const mostLines = 2000

// compareLines returns the longest common lines of two texts, and what is between them.
func compareLines(old, new []string) []lineEdit {
	var edits []lineEdit
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		edits = append(edits, lineEdit{' ', old[0]})
		old, new = old[1:], new[1:]
	}
	var tail []lineEdit
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		tail = append(tail, lineEdit{' ', old[len(old)-1]})
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
			edits = append(edits, lineEdit{' ', old[i]})
			i, k = i+1, k+1
		case k == len(new) || i < len(old) && common[i+1][k] >= common[i][k+1]:
			edits = append(edits, lineEdit{'-', old[i]})
			i++
		default:
			edits = append(edits, lineEdit{'+', new[k]})
			k++
		}
	}
	for i := len(tail) - 1; i >= 0; i-- {
		edits = append(edits, tail[i])
	}
	return edits
}

// lines splits a text after each newline.
func lines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		all = append(all, line)
	}
	return all
}
