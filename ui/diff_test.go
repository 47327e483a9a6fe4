// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestEveryDiffFormatHasGoldens(t *testing.T) {
	old, now := everythingReport(), everythingReport()
	now.Findings[0].Reason = `RBAC: allowed by RoleBinding "a|b/<i>" of ClusterRole "x"`
	now.Findings[1].Verdict, now.Findings[1].Severity = matrix.Missing, matrix.Warning
	now.Findings[2].Code = "FP402"
	changes := probe.Compare(old, now)
	for _, format := range DiffFormats() {
		t.Run(format, func(t *testing.T) {
			golden(t, "diff."+format, []byte(writtenDiff(t, format, changes)))
			want := map[string]string{"table": "no differences\n", "json": `"changes": []`, "markdown": "**no differences**\n"}[format]
			if text := writtenDiff(t, format, probe.Compare(old, old)); !strings.Contains(text, want) {
				t.Errorf("without changes %q is missing:\n%s", want, text)
			}
		})
	}
}

// Problems that differ come first, with what happened to them and why.
func TestDiffOfProblems(t *testing.T) {
	old, now := faulty(), faulty()
	grown := now.Findings[0]
	access := *grown.Access
	access.Verb = "patch"
	grown.Access, grown.Index = &access, 2
	now.Problems[0].Checks = []int{0, 2}
	now.Problems = now.Problems[:1]
	now.Findings[1].Verdict = matrix.Pass
	now.Complete(append(now.Findings, grown))
	old.Problems = append(old.Problems, probe.Problem{ID: "gone", Title: "Role a lacks get pods", Severity: matrix.Error, Checks: []int{99}})
	d := probe.Compare(old, now)
	d.Old.Name, d.New.Name = "before.json", "cluster:prod"
	for _, format := range DiffFormats() {
		golden(t, "diff-problems."+format, []byte(writtenDiff(t, format, d)))
	}
}

// A diff as Markdown fits a comment, as a report does, and says what it leaves out.
func TestMarkdownDiffFitsAComment(t *testing.T) {
	now := manyReport(500)
	now.Findings[0].Code = strings.Repeat("*", 10_000)
	text := writtenDiff(t, "markdown", probe.Compare(nothingReport(), now))
	rows := strings.Count(text, "\n| appeared |")
	if n := utf8.RuneCountInString(text); n > 65_536 || n < 60_000 {
		t.Errorf("a comment of %d characters", n)
	}
	if want := count(4000-rows) + " more of 4,000 do not fit here; `-o json` holds all.\n"; !strings.HasSuffix(text, "\n\n"+want) {
		t.Errorf("it does not end with %q: %q", want, text[len(text)-200:])
	}
}

func writtenDiff(t *testing.T, format string, d *probe.Difference) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteDiff(&b, format, d, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
