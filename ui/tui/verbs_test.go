// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"
)

// The verbs of two letters are distinct, and the eight usual ones fit a terminal of 80 columns.
func TestShortVerbs(t *testing.T) {
	usual := []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "bind", "escalate", "impersonate", "use", "*"}
	seen := map[string]string{}
	for _, verb := range usual {
		short := shortVerb(verb)
		if other, taken := seen[short]; taken || len(short) > 2 {
			t.Errorf("%s is %q, as is %q", verb, short, other)
		}
		seen[short] = verb
	}
	if n := minAllColumns(len(usual)); n > 57 { // the grid's width in a terminal of 80 columns
		t.Errorf("%d verbs need %d cells", len(usual), n)
	}
	m := asked(t, &rights{refused: noLeases}, 80, 24, Options{})
	if got := screen(t, m); !strings.Contains(got, "ge li wa cr up pa de dc") {
		t.Errorf("not all verbs are on the screen:\n%s", got)
	}
	if got := screen(t, asked(t, &rights{refused: noLeases}, 200, 60, Options{})); !strings.Contains(got, "DELETECOLLECTION") {
		t.Errorf("whole verbs are not used where they fit:\n%s", got)
	}
}

// minAllColumns is the least width of a grid that shows n columns.
func minAllColumns(n int) int { return leastRowLabel + n*cellWidth + 1 }
