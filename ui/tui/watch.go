// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// watch is the watching of the cluster, and the reading of it again.
type watch struct {
	on      bool
	lost    bool
	partly  bool
	changes chan Change
	cancel  context.CancelFunc
	loading bool
	queued  *Change // what came while the cluster was being read
}

// changeMsg is a change that the watch saw; a nil change is its end.
type changeMsg struct {
	changes chan Change
	change  *Change
}

// loadedMsg is the cluster read again.
type loadedMsg struct {
	session Session
	report  *probe.Report
	err     error
	scope   scope
	change  Change
}

// scope is why the cluster is read again, and so what is asked then.
type scope int

const (
	reloadAll     scope = iota // R: everything, freshly
	reloadProfile              // p: what is not known yet
	reloadChange               // watch: what can have changed, freshly
)

func (w *watch) state() string {
	switch {
	case w.lost:
		return "watch lost, reconnecting"
	case w.partly:
		return "watching in part"
	default:
		return "watching"
	}
}

// toggleWatch begins to watch the cluster, or ends it.
func (m *Model) toggleWatch() tea.Cmd {
	if m.watch.on {
		m.watch.cancel()
		m.watch.on, m.watch.changes, m.watch.lost, m.watch.partly = false, nil, false, false
		m.setStatus("no longer watching")
		return nil
	}
	if m.session.Watch == nil {
		m.setStatus("there is no cluster to watch")
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	changes, watch := make(chan Change), m.session.Watch
	m.watch.on, m.watch.changes, m.watch.cancel = true, changes, cancel
	m.wait.Go(func() {
		defer close(changes)
		for c := range watch(ctx) {
			select {
			case changes <- c:
			case <-ctx.Done():
				return
			}
		}
	})
	m.setStatus("watching: RBAC, Flux objects and Deployments")
	return nextChange(changes)
}

func nextChange(changes chan Change) tea.Cmd {
	return func() tea.Msg {
		c, ok := <-changes
		if !ok {
			return changeMsg{changes, nil}
		}
		return changeMsg{changes, &c}
	}
}

// changed asks the accounts of a change again, and reads the cluster again because of it: reading a
// large one takes longer than a user waits for the cell to flip. Changes that come meanwhile are one
// change.
func (m *Model) changed(msg changeMsg) tea.Cmd {
	if msg.changes != m.watch.changes {
		return nil
	}
	if msg.change == nil {
		m.watch.on, m.watch.changes = false, nil
		m.setError(fmt.Errorf("the watch has ended; w begins it again"))
		return nil
	}
	next, c := nextChange(msg.changes), *msg.change
	m.watch.lost, m.watch.partly = c.Lost, c.Partly
	m.setStatus(c.Why)
	switch {
	case c.Notice:
		return next
	case m.watch.loading:
		m.watch.queued = merge(m.watch.queued, c)
		return next
	}
	read := m.read(m.header.Profile, reloadChange, c)
	return tea.Batch(next, read, m.ask(m.affected(Change{Subjects: c.Subjects}, nil), true, true))
}

func merge(a *Change, b Change) *Change {
	if a != nil {
		b.All = a.All || b.All
		b.Subjects = slices.Concat(a.Subjects, b.Subjects)
	}
	return &b
}

// reload reads the cluster again, by a key.
func (m *Model) reload(profile string, s scope) tea.Cmd {
	switch {
	case m.session.Load == nil:
		m.setStatus("a saved report has no cluster to ask")
	case m.watch.loading:
		m.setStatus("the cluster is being read already")
	default:
		return m.read(profile, s, Change{All: true})
	}
	return nil
}

func (m *Model) read(profile string, s scope, c Change) tea.Cmd {
	m.watch.loading = true
	ctx, load := m.ctx, m.session.Load
	return func() tea.Msg {
		session, report, err := load(ctx, profile)
		return loadedMsg{session, report, err, s, c}
	}
}

// loaded shows what was read and asks what it calls for.
func (m *Model) loaded(msg loadedMsg) tea.Cmd {
	m.watch.loading = false
	var again tea.Cmd
	if c := m.watch.queued; c != nil {
		m.watch.queued = nil
		again = m.read(m.header.Profile, reloadChange, *c)
	}
	if msg.err != nil {
		m.setError(fmt.Errorf("reading the cluster: %w", msg.err))
		return again
	}
	fresh, marking := msg.scope != reloadProfile, msg.scope != reloadProfile
	if s := m.stream; s != nil {
		s.cancel() // what it left open is among the new checks
		fresh, marking = fresh || s.fresh, marking || s.marking
		m.stream = nil
	}
	m.session = msg.session
	open := m.load(msg.report)
	if msg.scope == reloadProfile {
		m.setStatus("profile " + m.header.Profile)
	}
	indices := m.everything()
	if msg.scope == reloadChange {
		indices = m.affected(msg.change, open)
	}
	return tea.Batch(again, m.ask(indices, fresh, marking))
}

// affected are the checks that a change calls for, in the order in which they are asked: those of
// its subjects, those that are new or open, and, when anything can have changed, all others. What
// was decided by reading is decided again each time: it costs nothing.
func (m *Model) affected(c Change, open []int) []int {
	subjects, taken := make(map[matrix.Subject]bool), make(map[int]bool)
	for _, s := range c.Subjects {
		subjects[s] = true
	}
	var indices []int
	take := func(i int) {
		if !taken[i] {
			taken[i] = true
			indices = append(indices, i)
		}
	}
	for i := range m.results.findings {
		if f := &m.results.findings[i]; observed(f) || subjects[f.Subject] || asks(f, subjects) {
			take(i)
		}
	}
	for _, i := range open {
		take(i)
	}
	if c.All {
		for _, i := range m.everything() {
			take(i)
		}
	}
	return indices
}

// asks reports whether a review of f is about one of subjects.
func asks(f *probe.Finding, subjects map[matrix.Subject]bool) bool {
	asked, ok := f.Check.(*matrix.Asked)
	if !ok {
		return false
	}
	for _, alternative := range asked.AnyOf {
		for _, review := range alternative {
			if subjects[review.Subject.Get()] {
				return true
			}
		}
	}
	return false
}

// nextProfile loads the next profile; what is known is not asked again.
func (m *Model) nextProfile() tea.Cmd {
	if len(m.session.Profiles) < 2 {
		m.setStatus("there is no other profile")
		return nil
	}
	at := slices.Index(m.session.Profiles, m.header.Profile)
	return m.reload(m.session.Profiles[(at+1)%len(m.session.Profiles)], reloadProfile)
}
