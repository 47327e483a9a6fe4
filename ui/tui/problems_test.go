// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// troubled is the failing sample, with the problems that explain it.
func troubled(t *testing.T, w, h int, o Options) *Model {
	m := asked(t, &rights{refused: noLeases}, w, h, o)
	first := none
	for i := range m.results.findings {
		if m.results.fails(i) {
			first = i
			break
		}
	}
	m.foundProblems(problemsMsg{results: m.results, list: someProblems(first)})
	return m
}

// someProblems are an error that explains a check, a warning, and something for information.
func someProblems(check int) []probe.Problem {
	return []probe.Problem{
		{
			ID: "1", Severity: matrix.Error, Title: "ServiceAccount flux-system/source-controller cannot do all that it must: ClusterRole crd-controller-flux-system lacks get leases.coordination.k8s.io",
			Effect: []string{"ServiceAccount flux-system/source-controller cannot: get leases.coordination.k8s.io in flux-system"},
			Cause:  probe.Cause{Kind: "ClusterRole", Name: "crd-controller-flux-system", Field: "rules", Want: "get leases.coordination.k8s.io"},
			Fix: probe.Fix{
				Summary: "Add to ClusterRole crd-controller-flux-system: get leases.coordination.k8s.io", Commands: []string{"kubectl patch clusterrole crd-controller-flux-system"},
				Patch: "--- ClusterRole crd-controller-flux-system\n+++ ClusterRole crd-controller-flux-system\n@@ -9,1 +9,2 @@\n   verbs:\n+  - get\n",
			},
			Proof: probe.Proof{Passes: 1}, Owner: probe.Owner{Kind: "Kustomization", Namespace: "flux-system", Name: "flux-system"}, Checks: []int{check},
		},
		{ID: "2", Severity: matrix.Warning, Title: "Deployment flux-system/shard lacks --no-cross-namespace-refs", Checks: []int{9999}},
		{ID: "3", Severity: matrix.Info, Title: "for information"},
	}
}

// The worst problem, its cause and its fix are on one screen.
func TestProblemsAreOnOneScreen(t *testing.T) {
	for _, size := range sizes[1:] {
		text := screen(t, troubled(t, size.w, size.h, Options{}))
		for _, want := range []string{"problems 1/2", "> ✗ ServiceAccount flux-system/source-controller cannot", "cause", "ClusterRole crd-controller-flux-system rules", "fix", "Add to ClusterRole", "kubectl patch clusterrole"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d x %d: want %q in it\n%s", size.w, size.h, want, text)
			}
		}
	}
	golden(t, "problems.txt", screen(t, troubled(t, 80, 24, Options{})))
	for _, s := range []situation{{"problems", troubled}} {
		s.texts(t)
	}
}

func TestProblemKeys(t *testing.T) {
	m := troubled(t, 80, 24, Options{})
	if press(m, "n"); m.problems.at != 1 || !strings.Contains(screen(t, m), "problems 2/2") {
		t.Errorf("n goes to %d", m.problems.at)
	}
	if press(m, "n"); m.problems.at != 1 || m.status != "this is the last problem" {
		t.Errorf("n after the last problem goes to %d: %q", m.problems.at, m.status)
	}
	if press(m, "N"); m.problems.at != 0 {
		t.Error("N does not go back")
	}
	if press(m, "x"); !strings.Contains(screen(t, m), "+  - get") {
		t.Errorf("x does not show the patch\n%s", screen(t, m))
	}
	if cmd := press(m, "y"); cmd == nil || !strings.Contains(m.status, "the patch") {
		t.Errorf("y: %q", m.status)
	}
	if press(m, "x"); strings.Contains(screen(t, m), "+  - get") {
		t.Error("x does not close the patch")
	}
	if cmd := press(m, "y"); cmd == nil || !strings.Contains(m.status, "the commands") {
		t.Errorf("y: %q", m.status)
	}
	if press(m, "<enter>"); m.problems.view != viewEvidence || !strings.Contains(screen(t, m), "> ✗ flux-system/source-controller: FP101") {
		t.Errorf("enter does not show the evidence\n%s", screen(t, m))
	}
	if press(m, "<enter>"); m.problems.open || m.selected() == none || !m.results.fails(m.selected()) {
		t.Errorf("enter opens %d", m.selected())
	}
	if press(m, "1"); !m.problems.open {
		t.Error("1 does not open the problems")
	}
	if press(m, "2"); m.problems.open {
		t.Error("2 does not open the matrix")
	}
}

// A report that is written holds the problems of what is known.
func TestReportHasProblems(t *testing.T) {
	session := (&rights{refused: noLeases}).session(sample())
	session.Problems = func(r *probe.Report) { r.Problems = []probe.Problem{{ID: "1"}} }
	m := started(t, session, sample(), 80, 24, Options{})
	m.Init()
	drain(m)
	if r := m.report(); len(r.Problems) != 1 {
		t.Errorf("%d problems", len(r.Problems))
	}
	if m.findProblems() == nil {
		t.Error("no problems are looked for")
	}
}

// The UI opens on the problems, unless somebody has begun to look around.
func TestProblemsOpen(t *testing.T) {
	session := (&rights{refused: noLeases}).session(sample())
	session.Problems = func(r *probe.Report) { r.Problems = someProblems(0) }
	m := started(t, session, sample(), 80, 24, Options{})
	m.Init()
	m.answered, m.needed = 2, 44
	if text := screen(t, m); m.problems.open || !strings.Contains(text, "2 / 44 reviews") {
		t.Errorf("while asking:\n%s", text)
	}
	drain(m)
	if text := screen(t, m); !m.problems.open || !strings.Contains(text, "problems 1/2") {
		t.Errorf("when all is answered:\n%s", text)
	}

	m = started(t, session, sample(), 80, 24, Options{})
	m.Init()
	press(m, "<down>")
	drain(m)
	if text := screen(t, m); m.problems.open || !strings.Contains(text, "2 problems found: 1 shows what to do") {
		t.Errorf("after a key:\n%s", text)
	}
	if press(m, "<down>"); !strings.Contains(screen(t, m), "1 2 problems") {
		t.Errorf("the footer does not name the problems:\n%s", screen(t, m))
	}

	saved := sample()
	saved.Problems = someProblems(0)
	if m := started(t, Session{}, saved, 80, 24, Options{}); !m.problems.open {
		t.Error("a saved report does not open on its problems")
	}
}

// What is said where there is no problem is true: nothing is known, nothing is wrong, nothing passes the filter.
func TestNoProblems(t *testing.T) {
	session := (&rights{}).session(sample())
	session.Problems = func(*probe.Report) {}
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	press(m, "1")
	m.answered, m.needed = 1204, 3560
	if text := screen(t, m); !strings.Contains(text, "problems: asking, 1,204 of 3,560") || !strings.Contains(text, "the problems are shown when all reviews are answered") {
		t.Errorf("while asking:\n%s", text)
	}
	drain(m)
	if text := screen(t, m); strings.Contains(text, "nothing is wrong") || !strings.Contains(text, "1 check failed, but the report has no problem that explains") {
		t.Errorf("with a warning that no problem explains:\n%s", text)
	}
	for i := range m.results.findings {
		m.results.put(findingOf(m, i, matrix.Pass), false)
	}
	if text := screen(t, m); !strings.Contains(text, "nothing is wrong: 41 checks, all as expected or accepted") {
		t.Errorf("all is well:\n%s", text)
	}
	m.results.gaps = append(m.results.gaps, matrix.Gap{What: "secrets", Kind: matrix.Broken})
	if text := screen(t, m); strings.Contains(text, "nothing is wrong") || !strings.Contains(text, "1 thing could not be checked") {
		t.Errorf("with something that could not be read:\n%s", text)
	}
}

// Problems that come and go leave the selected one selected, and those that came are marked until they were looked at.
func TestProblemsThatComeAndGo(t *testing.T) {
	m := troubled(t, 80, 24, Options{})
	press(m, "n")
	list := append([]probe.Problem{{ID: "0", Severity: matrix.Error, Title: "a new one"}}, someProblems(0)[1:]...)
	m.foundProblems(problemsMsg{results: m.results, list: list})
	text := screen(t, m)
	for _, want := range []string{"problems 2/2", "> ▲ Deployment flux-system/shard", "✗*a new one", "1 new problem; 1 problem solved"} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in it\n%s", want, text)
		}
	}
	press(m, "N")
	if press(m, "n"); strings.Contains(screen(t, m), "*a new one") {
		t.Error("it is still new after it was selected")
	}
	m.foundProblems(problemsMsg{results: m.results, list: list[:1]})
	if m.problems.at != 0 || !strings.Contains(screen(t, m), "problems 1/1") {
		t.Errorf("the selected one is gone:\n%s", screen(t, m))
	}
}

// The filter finds problems as it finds checks.
func TestProblemFilter(t *testing.T) {
	m := troubled(t, 80, 24, Options{})
	press(m, "/lacks shard")
	if text := screen(t, m); !strings.Contains(text, "1 match") {
		t.Errorf("while typing:\n%s", text)
	}
	press(m, "<enter>")
	if text := screen(t, m); !strings.Contains(text, "problems 1/1 of 2") || !strings.Contains(text, "/lacks shard: 1 problem") || strings.Contains(text, "source-controller") {
		t.Errorf("filtered:\n%s", text)
	}
	if press(m, "<esc>"); len(m.problems.shown) != 2 || m.filter.active() {
		t.Errorf("esc leaves %d problems", len(m.problems.shown))
	}
	press(m, "/FP101 leases<enter>") // in what its checks say
	if x := m.problems.selected(); len(m.problems.shown) != 1 || x.ID != "1" {
		t.Errorf("by its checks: %d problems", len(m.problems.shown))
	}
	if press(m, "<esc>/nonsense<enter>"); !strings.Contains(screen(t, m), "no matches; esc clears the filter") {
		t.Errorf("no match:\n%s", screen(t, m))
	}
}

// A check of a problem is shown in the matrix, whatever is filtered, and the problem again after it.
func TestProblemCheckInMatrix(t *testing.T) {
	m := troubled(t, 80, 24, Options{})
	x := m.problems.selected()
	for i := range m.results.findings {
		if m.results.fails(i) && i > x.Checks[0] {
			x.Checks = append(x.Checks, i)
		}
	}
	press(m, "/shard<enter><esc>N<enter><down><down><down>")
	if m.problems.check != 2 || !strings.Contains(screen(t, m), "> ✗ flux-system/source-controller") {
		t.Errorf("check %d:\n%s", m.problems.check, screen(t, m))
	}
	m.filter.text, m.filter.search = "nonsense", ui.NewSearch("nonsense")
	for i := range m.results.findings {
		m.rematch(i)
	}
	if press(m, "<enter>"); m.problems.open || m.selected() != x.Checks[2] || m.filter.active() {
		t.Errorf("enter opens check %d, not %d", m.selected(), x.Checks[2])
	}
	if press(m, "1"); m.problems.view != viewEvidence || m.problems.check != 2 {
		t.Error("1 does not lead back")
	}
	if press(m, "<esc>"); !m.problems.open || m.problems.view != viewSummary {
		t.Error("esc does not lead back to the list")
	}
}

// In the matrix, the fix of a check is that of its whole problem, however many checks it explains.
func TestFixOfACheckIsItsProblems(t *testing.T) {
	m := troubled(t, 120, 40, Options{})
	press(m, "<enter><enter>x")
	text := screen(t, m)
	for _, want := range []string{"┌ accounts", "the fix", "# Add to ClusterRole crd-controller-flux-system: get leases", "+  - get", "kubectl patch clusterrole crd-controller-flux-system"} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in it\n%s", want, text)
		}
	}
	if press(m, "y"); !strings.Contains(m.status, "the fix") {
		t.Errorf("y: %q", m.status)
	}
}
