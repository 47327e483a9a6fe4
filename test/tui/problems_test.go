// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// walk goes from the first problem to the last with a key each, and wants no more of them.
func (w *terminal) walk(least int) int {
	w.Helper()
	first := w.sees("┌ problems 1/", "problem ", "cause ", "fix ", "proof ")
	n, err := strconv.Atoi(regexp.MustCompile(`┌ problems 1/(\d+)`).FindStringSubmatch(first)[1])
	if err != nil || n < least {
		w.Fatalf("%d problems, %v:\n%s", n, err, first)
	}
	for i := 2; i <= n; i++ {
		w.keys("n")
		w.sees(fmt.Sprintf("┌ problems %d/%d", i, n))
	}
	w.keys("n")
	w.sees("this is the last problem", fmt.Sprintf("┌ problems %d/%d", n, n))
	w.keys("g")
	w.sees(fmt.Sprintf("┌ problems 1/%d", n))
	return n
}

// problems walks through the problems of the demo and of the cluster, and looks at what is known of one: its
// evidence, its change, and a check of it in the matrix.
func (u *uses) problems(t *testing.T) {
	w := u.open(t, 120, 36)
	w.run("flux-probe demo; echo status=$?")
	w.walk(5)
	w.keys("q")
	w.sees("status=1")

	w.run("clear; flux-probe; echo status=$?")
	w.result(failing)
	n := w.walk(2)

	w.keys("x")
	w.sees("├ the change", "y copies the patch")
	w.keys("y")
	w.sees("sent the patch to the terminal (OSC 52)")
	if got := w.Clipboard(); !strings.Contains(got, "+++ ") && !strings.Contains(got, "\n+") {
		t.Errorf("y copies %q", got)
	}
	w.keys("x", "y")
	w.sees("├ what to do", "sent the commands to the terminal (OSC 52)")

	w.keys("/")
	w.types("pods/exec debugging")
	w.sees("1 match", "┌ problems 1/1 of ")
	w.keys("Enter", "Enter")
	w.sees("├ evidence", "checks ", "> ! ", "create pods/exec")
	w.keys("Enter")
	w.sees("┌ accounts", "[!]", "! excess")
	w.keys("1")
	w.sees("├ evidence")
	w.keys("q")
	w.sees("status=1")

	// Who has begun to look around is told, and stays where he is.
	w.run("clear; flux-probe; echo status=$?")
	w.until("streaming", streaming.MatchString)
	w.keys("Down")
	w.result(failing)
	w.sees(fmt.Sprintf("%d problems found: 1 shows what to do", n), "┌ accounts")
	w.keys("1")
	w.sees(fmt.Sprintf("┌ problems 1/%d", n))
	w.keys("q")
	w.sees("status=1")
}
