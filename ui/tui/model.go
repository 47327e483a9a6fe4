// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"sync"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Model is the state of the UI. It is the only model: panes are parts of it with methods, and
// Update is the only place where it changes.
type Model struct {
	ctx     context.Context
	wait    *sync.WaitGroup // of every goroutine that a Session's function runs in
	session Session
	options Options
	now     func() time.Time

	keys   keyMap
	styles styles
	layout layout

	header  probe.Report   // of the run: cluster, Flux, who asks
	derived *matrix.Matrix // what Session.Load gave; the board may have the second opinion behind it
	board   *board
	account *account // whose sheet is shown; nil on a section
	filter  filter
	input   textinput.Model
	typing  bool // the filter is being typed
	helping bool
	helpTop int
	focus   pane
	status  string // of the last action, until the next key
	failed  bool   // the status is an error

	tree   tree
	sheet  sheetView
	detail detail

	stream           *stream // nil when nothing is being asked
	began            time.Time
	elapsed          time.Duration
	answered, needed int
	reviews          int // asked by the last whole run
	putOff           int
	throttled        bool
	settled          bool // the first run has ended
	touched          bool // somebody has pressed a key

	watch watch
}

// newModel is a model of first, before anything is asked.
func newModel(ctx context.Context, wait *sync.WaitGroup, session Session, first Run, options Options) *Model {
	m := &Model{ctx: ctx, wait: wait, session: session, options: options, now: time.Now, keys: newKeys(), input: textinput.New()}
	m.input.Prompt = "/"
	m.input.SetVirtualCursor(true)
	m.styles = newStyles(!options.Light, options.Color, options.ASCII)
	m.load(first)
	return m
}

// load shows what was read and derived. It returns the places that are to be asked.
func (m *Model) load(run Run) []int {
	m.derived = run.Matrix
	return m.show(run)
}

// show puts run on the board. Where the one before had the same accounts and checks, they keep their
// place. It returns the places of those about which nothing is known.
func (m *Model) show(run Run) []int {
	board := newBoard(run)
	var fresh []int
	if m.board != nil {
		fresh = board.adopt(m.board)
	}
	m.header, m.board = run.Report, board
	m.header.Findings = nil
	m.detail.explainedCheck = none // places are others now
	if !m.settled && m.session.Probe == nil {
		m.settled = true
		m.foldGreen()
	}
	selected := m.sameAccount()
	m.account, m.tree.lines, m.tree.cursor = nil, nil, 0
	m.refilter()
	m.tree.find(selected)
	m.tree.scroll(m.layout.tree.h)
	m.showLine()
	return fresh
}

// sameAccount is the account of the new board that was selected on the old one, else the first.
func (m *Model) sameAccount() *account {
	var first *account
	for _, s := range m.board.sections {
		for _, a := range s.accounts {
			if first == nil {
				first = a
			}
			if m.account != nil && a.subject == m.account.subject && s.name == m.account.section.name {
				return a
			}
		}
	}
	return first
}

// Init asks for the terminal's background and begins to ask the matrix.
func (m *Model) Init() tea.Cmd {
	if m.settled {
		return tea.RequestBackgroundColor
	}
	indices := make([]int, len(m.board.findings))
	for i := range indices {
		indices[i] = i
	}
	return tea.Batch(tea.RequestBackgroundColor, m.ask(indices, false, false))
}

// Update is the only place where the model changes.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		m.styles = newStyles(msg.IsDark(), m.options.Color, m.options.ASCII)
		m.detail.stale = true
	case tea.KeyPressMsg:
		return m, m.press(msg)
	case tea.PasteMsg:
		if m.typing {
			return m, m.edit(msg)
		}
	case tea.MouseWheelMsg:
		m.wheel(msg.Mouse())
	case tea.MouseClickMsg:
		m.click(msg.Mouse())
	case batchMsg:
		return m, m.take(msg)
	case tickMsg:
		if msg.stream == m.stream && m.stream != nil {
			m.elapsed = m.now().Sub(m.began)
			return m, tick(m.stream)
		}
	case loadedMsg:
		return m, m.loaded(msg)
	case changeMsg:
		return m, m.changed(msg)
	case savedMsg:
		m.saved(msg)
	case explainedMsg:
		m.explained(msg)
	case secondMsg:
		m.differ(msg)
	case fixMsg:
		return m, m.fixed(msg)
	default:
		if m.typing {
			return m, m.edit(msg)
		}
	}
	return m, nil
}

func (m *Model) say(text string) { m.status, m.failed = plain(text), false }

func (m *Model) fail(err error) {
	m.status, m.failed = plain(probe.Printable("error: "+err.Error())), true
}
