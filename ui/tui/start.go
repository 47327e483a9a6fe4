// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

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

	// Copy copies a text, and returns what took it; the terminal is asked where it is nil or fails.
	Copy func(text string) (by string, err error)

	Program string // how the user calls flux-probe, in the commands of hints; empty for its own name
}

// ErrInterrupted is what Start returns for Ctrl-C, or when its context ends.
var ErrInterrupted = tea.ErrInterrupted

// Start shows first, a report with pending findings, asks its checks, and stays until the user leaves. It
// returns the report of what was asked by then, also with ErrInterrupted. A session that cannot probe
// shows a saved report and returns it. Start takes the findings of first over. The terminal is left as it
// was before. Signals are the business of the caller, who ends ctx.
func Start(ctx context.Context, session Session, first *probe.Report, o Options) (*probe.Report, error) {
	var wait sync.WaitGroup
	defer wait.Wait()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()

	m := newModel(inner, &wait, session, first, o)
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(60), tea.WithoutSignalHandler()}
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
	case errors.Is(err, tea.ErrInterrupted) && ctx.Err() == nil && m.stream == nil && m.finished:
		return report, nil // everything was answered: Ctrl-C is another q
	case errors.Is(err, tea.ErrInterrupted), ctx.Err() != nil:
		report.Interrupted = true
		return report, ErrInterrupted
	default:
		return report, fmt.Errorf("running the terminal UI: %w", err)
	}
}

// report is what is known now. Checks without an answer are undetermined. A saved report stays as it is.
func (m *Model) report() *probe.Report {
	if m.original != nil {
		r := *m.original
		return &r
	}
	r := m.completed()
	if m.session.Problems != nil && m.finished {
		m.session.Problems(r)
	}
	return r
}

// completed is the report of what is known, without problems.
func (m *Model) completed() *probe.Report {
	r := m.header
	r.Problems, r.Accepted, r.Summary.Problems = nil, nil, 0
	r.Summary.Reviews = max(m.reviews, r.Summary.Reviews)
	if m.stream != nil && !m.finished {
		r.Summary.Reviews = int(m.stream.answered.Load())
	}
	r.Asked.Reviews = r.Summary.Reviews
	r.NotAsked = m.results.gaps
	if m.stream == nil {
		r.Made.Seconds = float64(m.elapsed.Milliseconds()) / 1000
	}
	r.Complete(slices.Clone(m.results.findings))
	return &r
}
