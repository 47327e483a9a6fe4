// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
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
	m.foundProblems(problemsMsg{m.results, []probe.Problem{
		{
			ID: "1", Severity: matrix.Error, Title: "ServiceAccount flux-system/source-controller cannot do all that it must: ClusterRole crd-controller-flux-system lacks get leases.coordination.k8s.io",
			Effect: []string{"ServiceAccount flux-system/source-controller cannot: get leases.coordination.k8s.io in flux-system"},
			Cause:  probe.Cause{Kind: "ClusterRole", Name: "crd-controller-flux-system", Field: "rules", Want: "get leases.coordination.k8s.io"},
			Fix: probe.Fix{
				Summary: "Add to ClusterRole crd-controller-flux-system: get leases.coordination.k8s.io", Commands: []string{"kubectl patch clusterrole crd-controller-flux-system"},
				Patch: "--- ClusterRole crd-controller-flux-system\n+++ ClusterRole crd-controller-flux-system\n@@ -9,1 +9,2 @@\n   verbs:\n+  - get\n",
			},
			Proof: probe.Proof{Passes: 1}, Owner: probe.Owner{Kind: "Kustomization", Namespace: "flux-system", Name: "flux-system"}, Checks: []int{first},
		},
		{ID: "2", Severity: matrix.Warning, Title: "Deployment flux-system/shard lacks --no-cross-namespace-refs", Checks: []int{9999}},
		{ID: "3", Severity: matrix.Info, Title: "for information"},
	}, nil})
	press(m, "1")
	return m
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
	if press(m, "n"); m.problems.at != 1 {
		t.Error("n goes on after the last problem")
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
