// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestFaults tries the table, and what is no matter of single requests, on one API server.
func TestFaults(t *testing.T) {
	s := start(t)
	results := &results{}
	defer func() { t.Log(results.markdown()) }()
	for _, state := range states {
		s.install(t, state)
		t.Run(state.name, func(t *testing.T) {
			t.Run("requests", func(t *testing.T) {
				for _, c := range cells(state) {
					t.Run(c.name(), func(t *testing.T) {
						t.Parallel() // many wait most of the time
						truth := s.truth(t, selection(c.in))
						check(t, s, results, c, probe(t, newProxy(t, s, &c.disturbance), c.args), truth)
					})
				}
				if state.name == tenant.name {
					warned(t, s, results)
				}
			})
			if state.name == tenant.name {
				interrupts(t, s, results)
				timeouts(t, s, results)
			}
			if state.name == healthy.name {
				outputs(t, s, results)
			}
			restarts(t, s, results)
		})
	}
}

// check judges an outcome, notes it in the log and fails the test where it is not as it has to be.
func check(t *testing.T, s *server, results *results, c cell, o, truth *outcome) {
	t.Helper()
	problems := judge(o, truth, c.may, s.verify(t.Context()))
	if c.may == same && slices.Contains(repeated, c.kind) && o.report != nil && o.report.Asked.Retries == 0 {
		problems = append(problems, "the report does not count what was asked again")
	}
	results.report(t, c, o, problems)
}

// name is the kind of a fault, when it happens, and to what.
func (c cell) name() string {
	name := fmt.Sprintf("%s/%s, %s", c.kind, c.on, c.moment)
	if slices.Contains(c.args, "table") {
		name += ", table"
	}
	return name
}

// result is a line of the log.
type result struct {
	cell
	status, requests, memory int
	took                     time.Duration
	problems                 []string
}

// results collects lines from parallel tests.
type results struct {
	lock sync.Mutex
	all  []result
}

// report notes the outcome of a run.
func (r *results) report(t *testing.T, c cell, o *outcome, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.all = append(r.all, result{c, o.status, o.requests, o.memory, o.took, problems})
}

// markdown is the table of all runs, those that failed first.
func (r *results) markdown() string {
	slices.SortStableFunc(r.all, func(a, b result) int {
		return cmp.Or(cmp.Compare(min(1, len(b.problems)), min(1, len(a.problems))), cmp.Compare(a.in.name, b.in.name), cmp.Compare(a.kind, b.kind), cmp.Compare(a.on, b.on))
	})
	failed := 0
	var b strings.Builder
	b.WriteString("| cluster | fault | target | when | may | exit | time | requests | memory | problem |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, line := range r.all {
		problem := ""
		if len(line.problems) > 0 {
			failed++
			problem = strings.ReplaceAll(line.problems[0], "|", "/")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %d | %s | %d | %d | %.160s |\n", line.in.name, line.kind, line.on, line.moment, line.may,
			line.status, line.took.Round(10*time.Millisecond), line.requests, line.memory, problem)
	}
	return fmt.Sprintf("%d of %d runs are not as they have to be\n%s", failed, len(r.all), b.String())
}
