// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"
)

// The filter takes several words, its count is shown as it is typed, and the numbers of the tree follow it.
func TestFilterWords(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	press(m, "/leases missing !list")
	if got := screen(t, m); !strings.Contains(got, "7 match") || !strings.Contains(got, "source-controller     7") {
		t.Errorf("not 7 of 8 failing checks:\n%s", got)
	}
	press(m, "<esc>fff")
	if got := screen(t, m); !strings.Contains(got, "there are no exceptions; esc shows all") {
		t.Errorf("the screen does not say that nothing is shown:\n%s", got)
	}
	press(m, "<esc>/a\u202eb")
	if got := m.filter.text; got != "ab" {
		t.Errorf("the filter holds %q", got)
	}
}

// The profile is always on the screen.
func TestProfileIsShown(t *testing.T) {
	for _, size := range sizes[1:] {
		if got := screen(t, asked(t, &rights{refused: noLeases}, size.w, size.h, Options{})); !strings.Contains(got, "profile release") {
			t.Errorf("%d x %d:\n%s", size.w, size.h, got)
		}
	}
}
