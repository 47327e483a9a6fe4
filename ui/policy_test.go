// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// A warning fails the run when the report says so, and a warning without an answer always keeps it from
// passing: every format agrees with the exit status.
func TestFormatsAgreeWithTheResult(t *testing.T) {
	warning := func(failOn matrix.Severity, given probe.Answer) *probe.Report {
		r := head()
		r.Asked.FailOn = failOn
		findings := asked("controllers", "FP101", "flux-system/source-controller", leases, "get list", matrix.Allow, yes)
		findings = append(findings, asked("controllers", "FP101", "flux-system/source-controller", secrets, "get", matrix.Allow, given)...)
		findings[2].Severity = matrix.Warning
		return finish(r, findings)
	}
	for _, tc := range []struct {
		name   string
		report *probe.Report
		result probe.Result
		want   map[string]string
	}{
		{"warnings fail", warning(matrix.Warning, no), probe.ResultFail, map[string]string{
			"table": "1 of 3 checks failed: 0 missing, 0 excess, 0 undetermined, 1 warning; 3 reviews asked\n", "junit": `tests="3" failures="1" errors="0"`,
			"sarif": `"level": "error"`, "markdown": "## ✗ flux-probe: 1 of 3 checks failed", "github": "::error title=FP101 missing::",
			"openreports": "result: fail", "html": `"fails"`, "json": `"failOn": "warning"`, "yaml": "failOn: warning", "name": "FP101 flux-system/source-controller get secrets\n",
		}},
		{"warnings pass", warning(matrix.Error, no), probe.ResultPass, map[string]string{
			"table": "2 of 3 checks as expected; 1 warning; 3 reviews asked\n", "junit": `tests="3" failures="0" errors="0"`,
			"sarif": `"level": "warning"`, "markdown": "## ✓ flux-probe: 2 of 3 checks as expected; 1 warning", "github": "::warning title=FP101 missing::",
			"openreports": "result: warn", "html": `"warns"`,
		}},
		{"a warning without an answer", warning("", refused), probe.ResultUndetermined, map[string]string{
			"table": "1 of 3 checks failed: 0 missing, 0 excess, 1 undetermined; 0 warnings; 3 reviews asked\n", "junit": `tests="3" failures="0" errors="1"`,
			"sarif": `"executionSuccessful": false`, "markdown": "## ? flux-probe: 1 of 3 checks failed", "github": "::error title=FP101 undetermined::",
			"openreports": "result: error", "html": `"fails"`, "json": `"undeterminedWarnings": 1`,
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.report.Summary.Result; got != tc.result {
				t.Errorf("the result is %s, want %s", got, tc.result)
			}
			for format, want := range tc.want {
				if text := written(t, format, tc.report, Options{}); !strings.Contains(text, want) {
					t.Errorf("%s lacks %q:\n%.2000s", format, want, text)
				}
			}
		})
	}
}

// Where checks share a place, the same one is shown everywhere.
func TestMarksAreInOrderOfAttention(t *testing.T) {
	worstFirst := []probe.Finding{
		{Verdict: matrix.Excess, Severity: matrix.Error}, {Verdict: matrix.Missing, Severity: matrix.Error}, {Verdict: "unknown", Severity: matrix.Error},
		{Verdict: matrix.Excess, Severity: matrix.Warning}, {Verdict: matrix.Missing, Severity: matrix.Warning}, {},
		{Verdict: matrix.Waived, Severity: matrix.Error}, {Verdict: matrix.Exception, Severity: matrix.Error}, {Verdict: matrix.Pass, Severity: matrix.Error},
	}
	for i, f := range worstFirst[1:] {
		before := worstFirst[i]
		if MarkOf(&before) <= MarkOf(&f) {
			t.Errorf("%+v is not shown before %+v", before, f)
		}
	}
	shared := observed("references", "FP601", matrix.Error, matrix.Exception, matrix.Subject{}, "", "")
	waived := shared
	waived.Verdict = matrix.Waived
	if text := written(t, "table", finish(head(), []probe.Finding{shared, waived}), Options{}); !strings.Contains(text, "\nw references") {
		t.Errorf("the waived check is not shown before the exception:\n%s", text)
	}
}
