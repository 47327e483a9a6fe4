// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// findings prints what a JSON report says beside pass, a line for each finding, sorted; with "info"
// also what is for information only. Scripts compare them whole, so that a cluster that is wrong in one
// way is known to fail in that way and no other.
func findings(ts *testscript.TestScript, args []string) error {
	var report probe.Report
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &report); err != nil {
		return fmt.Errorf("reading %s as a report: %w", args[0], err)
	}
	info := slices.Contains(args[1:], "info")
	var lines []string
	for _, f := range report.Findings {
		if f.Failed() && (info || f.Severity != matrix.Info) || f.Verdict == matrix.Exception || f.Verdict == matrix.Waived {
			lines = append(lines, line(f))
		}
	}
	slices.Sort(lines)
	for _, l := range slices.Compact(lines) {
		if _, err := io.WriteString(ts.Stdout(), l+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// line is a finding in one line: what failed, whose right it is, what was asked or read, and where the
// check comes from.
func line(f probe.Finding) string {
	text := fmt.Sprintf("%s %s %s", f.Code, f.Severity, f.Verdict)
	if who := f.Subject.String(); who != "" {
		text += " " + who
	}
	if f.Access != nil {
		text += " " + f.Access.Verb + " " + f.Access.GroupResource()
		if f.Access.Name != "" {
			text += " " + f.Access.Name
		}
		if f.Access.Namespace != "" {
			text += " in " + f.Access.Namespace
		}
	}
	if f.Observed != "" {
		text += ": " + f.Observed
	}
	if from := strings.TrimSpace(f.Origin.String() + " " + f.Origin.Field); from != "" {
		text += " (" + from + ")"
	}
	return text
}
