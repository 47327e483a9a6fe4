// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"strings"
	"time"

	fluxprobe "github.com/flux-probe/flux-probe/probe"
)

// may is what may come of a run.
type may int

const (
	// honest is what holds for every run: what is definite is true, nothing is made up, and what is not
	// known makes the exit status 3, or 1 when something failed.
	honest may = iota
	// same is the report of an undisturbed run: the fault passes or is none.
	same
	// unclear is a run that must not look like a success: the report, or an error in its place, admits
	// that something is missing.
	unclear
	// clean asks only for outputs without control characters and tokens, as names and labels were changed.
	clean
)

func (m may) String() string { return [...]string{"honest", "same", "unclear", "clean"}[m] }

const (
	// patience is how long flux-probe may try what does not come, with time for a busy machine.
	patience = 45 * time.Second
	// mostMemory is the most that a run may take, in MiB.
	mostMemory = 200
)

// judge lists what is wrong with the outcome of a run.
func judge(o, truth *outcome, m may, verify func(fluxprobe.Finding) bool) (problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	problems = append(problems, o.violations...)
	problems = append(problems, unclean(o)...)
	if o.took > patience {
		problem("took %s", o.took.Round(time.Second))
	}
	if limit := 4*truth.requests + 400; o.requests > limit {
		problem("%d requests, %d without a fault", o.requests, truth.requests)
	}
	if o.most > concurrency {
		problem("%d reviews in flight, with --concurrency %d", o.most, concurrency)
	}
	if o.memory > mostMemory {
		problem("%d MiB of memory", o.memory)
	}
	if o.hits == 0 {
		problem("no request was hit: the row tests nothing")
	}
	lines := strings.Split(strings.TrimSuffix(o.stderr, "\n"), "\n")
	if o.stderr != "" && (len(lines) > 1 || !strings.HasPrefix(lines[0], "flux-probe: ")) {
		problem("%d lines on stderr: %.300q", len(lines), o.stderr)
	}
	switch {
	case m == clean && o.status != 0 && o.status != 1 && o.status != 3:
		return append(problems, fmt.Sprintf("exit status %d", o.status))
	case m == clean:
		return problems
	case o.report == nil:
		return append(problems, judgeError(o, m)...)
	default:
		return append(problems, judgeReport(o, truth, m, verify)...)
	}
}

// judgeError judges a run without a report.
func judgeError(o *outcome, m may) (problems []string) {
	if o.stdout != "" || o.stderr == "" {
		problems = append(problems, fmt.Sprintf("neither a report nor an error: %.100q %.300q", o.stdout, o.stderr))
	}
	if o.status != 3 {
		problems = append(problems, fmt.Sprintf("exit status %d without a report, want 3", o.status))
	}
	if m == same {
		problems = append(problems, fmt.Sprintf("no report: %.300q", o.stderr))
	}
	return problems
}

// judgeReport compares a report with the truth.
func judgeReport(o, truth *outcome, m may, verify func(fluxprobe.Finding) bool) (problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	d := compare(o.report, truth.report, verify)
	if n := len(d.wrong); n > 0 {
		problem("%d false verdicts or findings, like %s", n, d.wrong[0])
	}
	missing := fmt.Sprintf("%d undetermined, %d not there, %d undetermined that are new, %d more not asked; %.200q", d.lost, d.gone, d.extra, d.notAsked, d.reason)
	incomplete := d.noticed() || d.gone > 0
	switch {
	case o.status == 1 && !failed(o.report):
		problem("exit status 1 without a failure")
	case o.status == 0 && (incomplete || truth.status != 0):
		problem("exit status 0 although the report is incomplete: %s", missing)
	case o.status == 3 && failed(o.report):
		problem("exit status 3 although something failed")
	case o.status == 3 && !incomplete:
		problem("exit status 3 although nothing is missing")
	case o.status != 0 && o.status != 1 && o.status != 3:
		problem("exit status %d", o.status)
	}
	if d.gone > 0 && !d.noticed() {
		problem("%d findings are gone, and the report does not admit it", d.gone)
	}
	switch {
	case m == same && (incomplete || o.status != truth.status):
		problem("differs from an undisturbed run: exit status %d, %s", o.status, missing)
	case m == unclear && !d.noticed():
		problem("the fault is not noticed: exit status %d, %s", o.status, missing)
	}
	return problems
}
