// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// run does what a command does, and what follows from it, until nothing is being asked or read.
func run(m *Model, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			if c != nil && m.stream == nil { // the commands of an asking are a stream and a clock
				run(m, c)
			}
		}
	default:
		_, next := m.Update(msg)
		if m.stream == nil {
			run(m, next)
		}
	}
	drain(m)
}

// allow changes what is refused from now on.
func (r *rights) allow(refused func(string, matrix.Access) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused, r.asked = refused, 0
}

func TestAskAgain(t *testing.T) {
	r := &rights{refused: noLeases}
	m := asked(t, r, 120, 40, Options{})
	press(m, "n")
	r.allow(nil)
	cmd := press(m, "r")
	if !strings.Contains(screen(t, m), "asked again") {
		t.Error("the detail does not say that the check is asked again")
	}
	run(m, cmd)
	if got := m.results.findings[m.selected()].Verdict; got != matrix.Pass || r.asked != 1 {
		t.Errorf("r: %s after %d reviews, want pass after 1", got, r.asked)
	}
	if m.results.failing() != 8 || m.results.summary.Missing != 7 || m.results.changed != 1 {
		t.Errorf("counts did not follow: %+v", m.results.tally)
	}
	if got := screen(t, m); !strings.Contains(got, "[✓*") || !strings.Contains(got, "was missing") {
		t.Errorf("the change is not marked:\n%s", got)
	}
	press(m, "lh")
	if m.results.changed != 0 {
		t.Error("the change was seen and is still marked")
	}
	r.allow(nil)
	run(m, press(m, "R"))
	if r.asked != 40 || m.results.summary.Missing != 0 {
		t.Errorf("R asked %d reviews, %d missing; want 40 and 0", r.asked, m.results.summary.Missing)
	}
}

func TestProfileKeepsAnswers(t *testing.T) {
	r := &rights{refused: noLeases}
	m := asked(t, r, 120, 40, Options{})
	r.allow(nil)
	run(m, press(m, "p"))
	if r.asked != 0 || m.header.Profile != "minimal" || m.results.summary.Missing != 8 {
		t.Errorf("p: %d asked again, profile %s, %d missing", r.asked, m.header.Profile, m.results.summary.Missing)
	}
	if m.results.changed != 0 {
		t.Error("p marks changes")
	}
}

func TestLoadFails(t *testing.T) {
	r := &rights{}
	session := r.session(sample())
	session.Load = func(context.Context, string) (Session, *probe.Report, error) {
		return Session{}, nil, errors.New("connection\x1b[2J refused")
	}
	m := started(t, session, sample(), 80, 24, Options{})
	m.Init()
	drain(m)
	run(m, press(m, "R"))
	if got := screen(t, m); !strings.Contains(got, "error: reading the cluster: connection[2J refused") || m.results.summary.Pass != 40 {
		t.Errorf("the error is not shown, or the results are gone:\n%s", got)
	}
}

func TestWatch(t *testing.T) {
	r, changes := &rights{}, make(chan Change)
	session := r.session(sample())
	session.Watch = func(ctx context.Context) iter.Seq[Change] {
		return func(yield func(Change) bool) {
			for {
				select {
				case c := <-changes:
					if !yield(c) {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}
	}
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	drain(m)
	next := press(m, "w")
	deliver := func(c Change) tea.Cmd {
		changes <- c
		_, cmd := m.Update(next())
		next = nextChange(m.watch.changes)
		if c.Notice {
			return nil // but for the wait for the next change
		}
		drain(m) // of what is asked before the cluster is read
		return cmd().(tea.BatchMsg)[1]
	}
	dev := matrix.ServiceAccount("apps", "dev-team")
	r.allow(func(user string, _ matrix.Access) bool { return strings.HasSuffix(user, ":dev-team") })
	reading := deliver(Change{Why: "RoleBinding apps/dev-team deleted", Subjects: []matrix.Subject{dev}})
	if m.results.summary.Missing != 2 {
		t.Errorf("%d missing before the cluster is read again, want 2", m.results.summary.Missing)
	}
	run(m, reading)
	if r.asked != 4 || m.results.summary.Missing != 2 || m.results.changed != 2 {
		t.Errorf("after a change of dev-team: %d asked, %d missing, %d marked; want 2 before and after reading, 2, 2", r.asked, m.results.summary.Missing, m.results.changed)
	}
	if got := screen(t, m); !strings.Contains(got, "watching") || !strings.Contains(got, "RoleBinding apps/dev-team deleted") || !strings.Contains(got, "2*") {
		t.Errorf("the change is not shown:\n%s", got)
	}
	if deliver(Change{Why: "connection lost", Notice: true, Lost: true}); !strings.Contains(screen(t, m), "watch lost, reconnecting") {
		t.Errorf("a lost watch is not shown:\n%s", screen(t, m))
	}
	deliver(Change{Why: "not allowed to watch roles", Notice: true, Partly: true})
	if got := screen(t, m); !strings.Contains(got, "watching in part") || !strings.Contains(got, "not allowed to watch roles") {
		t.Errorf("what cannot be watched is not shown:\n%s", got)
	}
	r.allow(nil)
	run(m, deliver(Change{Why: "reconnected", All: true}))
	if r.asked != 40 || m.results.summary.Missing != 0 || m.watch.lost {
		t.Errorf("after reconnecting: %d asked, %d missing", r.asked, m.results.summary.Missing)
	}
	press(m, "w")
	if m.watch.on {
		t.Error("w does not end the watch")
	}
}

// TestChangesWhileReading wants what happens while the cluster is read to be one more reading.
func TestChangesWhileReading(t *testing.T) {
	m := asked(t, &rights{}, 120, 40, Options{})
	m.watch.changes = make(chan Change)
	change := func(name string) {
		m.Update(changeMsg{m.watch.changes, &Change{Why: name, Subjects: []matrix.Subject{matrix.ServiceAccount("apps", name)}}})
	}
	change("a")
	change("b")
	change("c")
	if q := m.watch.queued; q == nil || len(q.Subjects) != 2 || q.Why != "c" {
		t.Fatalf("queued %+v", q)
	}
	if cmd := m.loaded(loadedMsg{session: m.session, report: sample(), scope: reloadChange}); cmd == nil || !m.watch.loading || m.watch.queued != nil {
		t.Error("the queued change is not read")
	}
}

// TestBatches wants one message for what arrives within a frame.
func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		gate := make(chan int)
		session := Session{Probe: func(context.Context, []probe.Finding, Ask) iter.Seq[probe.Finding] {
			return func(yield func(probe.Finding) bool) {
				for i := range gate {
					if !yield(probe.Finding{Index: i}) {
						return
					}
				}
			}
		}}
		var wait sync.WaitGroup
		s := newStream(ctx, &wait, session, make([]probe.Finding, 3), []int{2, 1, 0}, false, false)
		go func() { gate <- 0; gate <- 1 }()
		batch := s.next().(batchMsg)
		if len(batch.findings) != 2 || batch.done || batch.findings[0].Index != 2 {
			t.Errorf("first batch %+v", batch)
		}
		go func() { gate <- 2; close(gate) }()
		if batch = s.next().(batchMsg); len(batch.findings) != 1 || !batch.done {
			t.Errorf("last batch %+v", batch)
		}
		cancel()
		wait.Wait()
	})
}
