// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"slices"
	"sync"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/patch"
	"github.com/flux-probe/flux-probe/probe/problem"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// FixOptions choose what Fix is for. The zero value is all problems with severity error.
type FixOptions struct {
	Warnings bool     // those with severity warning as well
	Problems []string // the IDs of the problems, whatever their severity; all when empty
}

// Fix asks all checks, and plans what fixes the problems. The error is an *UnknownProblemError for an ID that no
// problem has.
func (s *Scan) Fix(ctx context.Context, o FixOptions) (*remedy.Plan, error) {
	return s.plan(ctx, o, remedy.New)
}

// Patch is Fix in the files of the manifests that are probed.
func (s *Scan) Patch(ctx context.Context, o FixOptions) (*patch.Patch, error) {
	plan, err := s.plan(ctx, o, remedy.ForGit)
	if err != nil {
		return nil, err
	}
	return patch.Make(plan), nil
}

func (s *Scan) plan(ctx context.Context, o FixOptions, newPlan func(*snapshot.Snapshot, []probe.Problem) (*remedy.Plan, error)) (*remedy.Plan, error) {
	if err := s.checked(); err != nil {
		return nil, err
	}
	report := s.Run(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	chosen, leftOut, err := chosenProblems(report, o)
	if err != nil {
		return nil, err
	}
	plan, err := newPlan(s.Snapshot(), chosen)
	if err != nil {
		return nil, err
	}
	plan.LeftOut = leftOut
	return plan, nil
}

// chosenProblems returns the problems that o chooses, and how many are left out for their severity alone.
func chosenProblems(r *probe.Report, o FixOptions) (chosen []probe.Problem, leftOut int, err error) {
	for _, id := range o.Problems {
		at := slices.IndexFunc(r.Problems, func(p probe.Problem) bool { return p.ID == id })
		if at < 0 {
			unknown := &UnknownProblemError{ID: id}
			for _, p := range r.Problems {
				unknown.Known = append(unknown.Known, p.ID)
			}
			return nil, 0, unknown
		}
		chosen = append(chosen, r.Problems[at])
	}
	if len(o.Problems) > 0 {
		return chosen, 0, nil
	}
	for _, p := range r.Problems {
		switch {
		case p.Severity == matrix.Error, p.Severity == matrix.Warning && o.Warnings:
			chosen = append(chosen, p)
		case p.Severity == matrix.Warning:
			leftOut++
		}
	}
	return chosen, leftOut, nil
}

// RemedyFor returns the YAML that fixes the problem which a finding belongs to. Before the problems of the run are
// known, the finding is looked at by itself.
func (s *Scan) RemedyFor(_ context.Context, f probe.Finding) (string, error) {
	problems := s.found.with(f)
	if problems == nil {
		problems = problem.Find(s.problemInput([]probe.Finding{f}, s.Report().ProbedAs))
	}
	plan, err := remedy.New(s.Snapshot(), problems)
	if err != nil {
		return "", err
	}
	text, err := plan.YAML()
	return string(text), err
}

// found is the last report whose problems were found.
type found struct {
	sync.Mutex
	checks   map[matrix.Check]int
	problems []probe.Problem
}

func (f *found) keep(r *probe.Report) {
	f.Lock()
	defer f.Unlock()
	f.checks, f.problems = map[matrix.Check]int{}, r.Problems
	for i, p := range r.Problems {
		for _, at := range p.Checks {
			if check := r.Findings[at].Check; check != nil {
				f.checks[check] = i
			}
		}
	}
}

// with returns the problem of a finding, nil when it has none that is known.
func (f *found) with(finding probe.Finding) []probe.Problem {
	f.Lock()
	defer f.Unlock()
	if i, ok := f.checks[finding.Check]; ok {
		return f.problems[i : i+1]
	}
	return nil
}
