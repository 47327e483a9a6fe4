// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Options are how the UI looks. NO_COLOR and --color are resolved before.
type Options struct {
	Color  bool // draw in colour
	ASCII  bool // marks and frames of ASCII
	Mouse  bool // take the mouse from the terminal's own selection
	Light  bool // a light background, until the terminal has said which it has
	Input  io.Reader
	Output io.Writer // the terminal; the process's own when nil, as Input
}

// ErrInterrupted is what Start returns for Ctrl-C, or when its context ends.
var ErrInterrupted = tea.ErrInterrupted

// Start shows first, asks it, and stays until the user leaves. It returns the report of what was
// asked by then, also with ErrInterrupted. The terminal is as it was before.
func Start(ctx context.Context, session Session, first Run, o Options) (*probe.Report, error) {
	var wait sync.WaitGroup
	defer wait.Wait()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()

	m := newModel(inner, &wait, session, first, o)
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(60)}
	if !o.Color {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	if o.Input != nil {
		options = append(options, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		options = append(options, tea.WithOutput(o.Output))
	}
	_, err := tea.NewProgram(m, options...).Run()
	report := m.report()
	switch {
	case err == nil:
		return report, nil
	case errors.Is(err, tea.ErrInterrupted), ctx.Err() != nil:
		report.Interrupted = true
		return report, ErrInterrupted
	default:
		return report, fmt.Errorf("running the terminal UI: %w", err)
	}
}

// report is what is known now. Checks without an answer are judged as not asked.
func (m *Model) report() *probe.Report {
	r, findings := m.header, make([]probe.Finding, len(m.board.findings))
	r.Summary.Reviews = max(m.reviews, r.Summary.Reviews)
	if m.stream != nil && !m.settled {
		r.Summary.Reviews = int(m.stream.answered.Load())
	}
	for i, f := range m.board.findings {
		if f.Verdict == "" {
			f = probe.Judge(m.board.matrix.Expectations[i], func(matrix.Review) probe.Answer { return probe.Answer{} })
			f.Index = i
			r.Interrupted = true
		}
		findings[i] = f
	}
	r.NotAsked = m.board.matrix.NotAsked
	r.Complete(findings, m.session.FailOnWarning)
	return &r
}

// Saved is a report as something to look at: the matrix is rebuilt from its findings, all of it is
// answered, and nothing can be asked.
func Saved(r *probe.Report) (Session, Run) {
	run := Run{Report: *r, Matrix: &matrix.Matrix{NotAsked: r.NotAsked}}
	for _, f := range r.Findings {
		run.Matrix.Expectations = append(run.Matrix.Expectations, answered(f))
	}
	return Session{}, run
}
