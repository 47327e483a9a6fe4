// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// streaming is what the header says while reviews are asked, with some answered; failing and expected
// are what it says of the result.
var (
	streaming = regexp.MustCompile(`[1-9][0-9,]* / [0-9,]+ reviews`)
	failing   = regexp.MustCompile(`[0-9] failing`)
	expected  = regexp.MustCompile(`as expected`)
)

// result waits for the result, with nothing being asked any more.
func (w *terminal) result(want *regexp.Regexp) string {
	w.Helper()
	return w.until(want.String(), func(s string) bool {
		header, _, _ := strings.Cut(s, "\n")
		return want.MatchString(header) && !strings.Contains(header, "reviews") && !strings.Contains(header, "reading")
	})
}

// matrix waits for the result, on which the UI opens with the problems, and goes to the matrix.
func (w *terminal) matrix() string {
	w.Helper()
	w.result(failing)
	w.sees("┌ problems 1/")
	w.keys("2")
	return w.sees("┌ accounts")
}

// explore opens the UI on faults, looks around, and leaves: the faults end it with status 1.
func (u *uses) explore(t *testing.T) {
	w := u.open(t, 120, 36)
	w.run("stty -g > before; flux-probe; echo status=$?; stty -g > after")
	during := w.until("streaming", streaming.MatchString)
	after := w.matrix()
	w.is("#{alternate_on}", "1")
	if was, is := place(during, "│ configmaps "), place(after, "│ configmaps "); was != is || was[0] < 0 {
		t.Errorf("rows move while answers arrive:\n%s\n%s", during, after)
	}
	for _, tree := range []string{"! controllers", "✓ reconcilers"} {
		if !strings.Contains(after, tree) {
			t.Errorf("no %q:\n%s", tree, after)
		}
	}
	if !regexp.MustCompile(`✓ reconcilers +\(\d+\)`).MatchString(after) {
		t.Errorf("the green section is not folded:\n%s", after)
	}

	w.keys("n")
	first := w.sees("▲ missing", "get leases", "[▲]")
	w.keys("n")
	w.until("next failure", func(s string) bool { return strings.Contains(s, "[▲]") && s != first })
	w.keys("N")
	w.until("the failure before", func(s string) bool { return s == first })

	if err := w.Resize(40, 10); err != nil {
		t.Fatal(err)
	}
	w.sees("needs at least 60 x 12 cells")
	if err := w.Resize(120, 36); err != nil {
		t.Fatal(err)
	}
	w.until("the screen as it was", func(s string) bool { return s == first })
	if err := w.Resize(60, 12); err != nil {
		t.Fatal(err)
	}
	w.sees("[▲]")
	w.keys("Enter") // there is room for the detail only in place of the matrix
	w.sees("▲ missing", "cause", "fix")
	w.keys("Escape")
	w.sees("[▲]") // a key that follows at once is Alt and that key
	if err := w.Resize(120, 36); err != nil {
		t.Fatal(err)
	}
	w.sees("rbac   no binding grants it")

	w.keys("/")
	w.types("pods/exec")
	w.keys("Enter")
	w.sees("/pods/exec", "pods/exec in flux-sys")
	w.keys("n")
	w.sees("! excess", "create pods/exec", "debugging")
	w.keys("/", "C-u")
	w.types("!leases")
	w.keys("Enter")
	w.until("rows without leases", func(s string) bool {
		return strings.Contains(s, "/!leases") && !strings.Contains(s, "leases.coord")
	})
	for range 3 { // one at a time: two in a row are Alt and Escape
		time.Sleep(200 * time.Millisecond)
		w.keys("Escape")
	}
	w.until("no filter", func(s string) bool { return !strings.Contains(s, "/!leases") && strings.Contains(s, "/ filter") })
	w.keys("g")

	for _, show := range []string{"failing", "undetermined", "exceptions"} {
		w.keys("f")
		w.sees(" " + show + " only: ")
	}
	w.keys("f", "?")
	w.sees("Nothing here changes the cluster", "copy the command or the text shown")
	w.keys("Escape")
	w.until("the panes again", func(s string) bool { return strings.Contains(s, "┌ accounts") })
	w.keys("s")
	w.sees(">✓ reconcilers")
	w.keys("Enter")
	w.until("an open section", func(s string) bool { return !regexp.MustCompile(`✓ reconcilers +\(\d+\)`).MatchString(s) })
	w.keys("p")
	w.sees("│ profile required │")
	w.result(failing) // leaving before is an interrupted run

	w.keys("q")
	screen := w.sees("status=1\n", "failed", "reviews asked")
	w.is("#{alternate_on}#{mouse_any_flag}", "00")
	w.is("#{cursor_flag}", "1")
	w.run("cmp before after && echo as it was")
	w.sees("\nas it was")
	t.Logf("left on the normal screen:\n%s", strings.TrimSpace(screen))
}

// well opens the UI on a matrix that is as expected: status 0.
func (u *uses) well(t *testing.T) {
	w := u.open(t, 80, 24)
	w.run("flux-probe --only reconcilers; echo status=$?")
	w.result(expected)
	w.keys("n")
	w.sees("no check fails")
	w.keys("q")
	w.sees("status=0", "as expected")
}
