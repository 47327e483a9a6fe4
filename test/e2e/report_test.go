// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flux-probe/flux-probe/probe"
)

// failing runs flux-probe, which has to end with the given status, and leaves on stdout what failed, so
// that a script compares all of it and a failure too many is one as well.
func failing(ts *testscript.TestScript, args []string) error {
	if err := exits(ts, slices.Concat(args[:1], []string{"flux-probe", "--output", "json"}, args[1:])); err != nil {
		return err
	}
	var report probe.Report
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &report); err != nil {
		return fmt.Errorf("reading the report: %w", err)
	}
	_, err := io.WriteString(ts.Stdout(), failures(&report))
	return err
}

// failures are the failed findings, sorted, one line for all verbs of a resource:
//
//	FP101 missing error flux-system/source-controller leases.coordination.k8s.io in flux-system: create get
//
// A finding that is about no access has what was observed in the place of the resource.
func failures(report *probe.Report) string {
	verbs := map[string][]string{}
	for _, f := range report.Findings {
		if !f.Failed() {
			continue
		}
		line := fmt.Sprintf("%s %s %s %s ", f.Code, f.Verdict, f.Severity, f.Subject)
		switch a := f.Access; {
		case a == nil:
			verbs[line+f.Observed] = nil
		case a.Path != "":
			verbs[line+a.Path] = append(verbs[line+a.Path], a.Verb)
		default:
			line += a.GroupResource()
			if a.Namespace != "" {
				line += " in " + a.Namespace
			}
			verbs[line] = append(verbs[line], a.Verb)
		}
	}
	var lines []string
	for line, asked := range verbs {
		if len(asked) > 0 {
			slices.Sort(asked)
			line += ": " + strings.Join(asked, " ")
		}
		lines = append(lines, line+"\n")
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
