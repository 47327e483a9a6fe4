// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// mouse clicks and turns the wheel, as a terminal tells it (SGR 1006).
func (u *uses) mouse(t *testing.T) {
	w := u.open(t, 120, 36)
	event := func(button, x, y int) { w.types(fmt.Sprintf("\x1b[<%d;%d;%dM", button, x, y)) }
	w.run("flux-probe --only controllers; echo status=$?")
	w.matrix()
	w.is("#{mouse_any_flag}", "1")
	event(0, 8, 6) // below the section, the namespace and an account
	w.sees("controllers flux-system/kustomize-controller")
	first := line(w.sees("[✓]"), 3)
	event(65, 50, 10)
	w.until("the rows three lines up", func(s string) bool { return line(s, 3) != first })
	event(0, 8, 4) // the namespace folds
	w.until("no accounts", func(s string) bool {
		return strings.Contains(s, "flux-system ") && !strings.Contains(s, "helm-controller")
	})
	event(0, 3, 36) // the first key of the footer
	w.sees("┌ problems 1/")
	event(65, 50, 4)
	w.sees("┌ problems 2/")
	w.keys("q")
	w.sees("status=1")

	w.run("clear; flux-probe --only controllers --mouse=false; echo status=$?")
	w.result(failing)
	w.is("#{mouse_any_flag}", "0")
	w.keys("q")
	w.sees("status=1")
}

// looks wants colour to go when it is refused, and ASCII to be all there is when it is asked for.
func (u *uses) looks(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])[;m]`)
	for _, test := range []struct {
		line     string
		coloured bool
	}{
		{"COLORTERM=truecolor flux-probe", true}, {"NO_COLOR=yes flux-probe", false}, {"flux-probe --color never", false},
	} {
		w := u.open(t, 120, 36)
		w.run(test.line + " --ascii --only controllers")
		w.result(failing)
		screen := w.sees(" problems 1/")
		for _, r := range screen {
			if r > unicode.MaxASCII {
				t.Fatalf("%s: %q is no ASCII:\n%s", test.line, r, screen)
			}
		}
		styled, err := w.Styled()
		if err != nil || colour.MatchString(styled) != test.coloured {
			t.Errorf("%s: coloured %t, %v", test.line, !test.coloured, err)
		}
		w.keys("q")
	}
}

// line is a line of a screen, from 0.
func line(screen string, n int) string {
	lines := strings.Split(screen, "\n")
	if n >= len(lines) {
		return ""
	}
	return lines[n]
}
