// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"sync"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
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

	header   probe.Report // of the run: cluster, Flux, who asks; without findings
	original *probe.Report
	loads    int          // how many times the cluster was read
	derived  int          // findings that Session.Load gave; those of a comparison are behind them
	gaps     []matrix.Gap // that Session.Load gave
	results  *results
	account  *account // whose grid is shown; nil on a section
	filter   filter
	input    textinput.Model
	typing   bool // the filter is being typed
	helping  bool
	helpTop  int
	focus    pane
	status   string // of the last action, until the next key
	failed   bool   // the status is an error
	messages []string

	tree     tree
	viewport gridViewport
	detail   detail

	sectionText []string // of the section or namespace under the cursor of the tree, made for each frame

	stream           *stream // nil when nothing is being asked
	began            time.Time
	elapsed          time.Duration
	answered, needed int
	reviews          int // asked by the last whole run
	throttled        bool
	finished         bool // the first run has ended
	interacted       bool // the user has pressed a key

	watch    watch
	problems problems
}

// newModel is a model of first, whose findings it takes over. A session that cannot probe shows a saved
// report.
func newModel(ctx context.Context, wait *sync.WaitGroup, session Session, first *probe.Report, options Options) *Model {
	m := &Model{ctx: ctx, wait: wait, session: session, options: options, now: time.Now, keys: newKeys(), input: textinput.New()}
	if session.Probe == nil {
		m.original = first
	}
	m.input.Prompt = "/"
	m.input.SetVirtualCursor(true)
	m.styles = newStyles(!options.Light, options.Color, options.ASCII)
	m.load(first)
	if session.Probe == nil {
		m.foundProblems(problemsMsg{m.results, first.Problems, nil})
	}
	return m
}

// load shows what was read. It returns the places that nothing is known about.
func (m *Model) load(r *probe.Report) []int {
	m.loads, m.derived, m.gaps = m.loads+1, len(r.Findings), r.NotAsked
	return m.show(r)
}

// show arranges the findings of r. Accounts and checks that were there before keep their place. It
// returns the places that nothing is known about.
func (m *Model) show(r *probe.Report) []int {
	results := newResults(r)
	var unknown []int
	if m.results != nil {
		unknown = results.copyFrom(m.results)
	}
	m.header, m.results = *r, results
	m.header.Findings = nil
	m.detail.explainedCheck = none // the places have changed
	if !m.finished && m.session.Probe == nil {
		m.finished = true
		m.foldGreen()
	}
	selected := m.sameAccount()
	m.account, m.tree.lines, m.tree.cursor = nil, nil, 0
	m.refilter()
	m.tree.find(selected)
	m.tree.scroll(m.layout.tree.h)
	m.showLine()
	m.leaveBlank()
	return unknown
}

// sameAccount is the account of the new results that was selected in the old ones, else the first.
func (m *Model) sameAccount() *account {
	var first *account
	for _, s := range m.results.sections {
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
	if m.finished {
		return tea.RequestBackgroundColor
	}
	indices := make([]int, len(m.results.findings))
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
		m.detail.stale, m.problems.stale = true, true
	case tea.KeyPressMsg:
		return m, m.press(msg)
	case tea.PasteMsg:
		if m.typing {
			return m, m.edit(msg)
		}
	case tea.MouseWheelMsg:
		m.wheel(msg.Mouse())
	case tea.MouseClickMsg:
		return m, m.click(msg.Mouse())
	case batchMsg:
		return m, m.applyBatch(msg)
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
	case comparisonMsg:
		m.appendComparison(msg)
		return m, m.findProblems()
	case problemsMsg:
		m.foundProblems(msg)
	case leadsMsg:
		m.showLeads(msg)
	case fixMsg:
		m.fixed(msg)
	case copiedMsg:
		return m, m.copied(msg)
	default:
		if m.typing {
			return m, m.edit(msg)
		}
	}
	return m, nil
}

func (m *Model) setStatus(text string) { m.say(plain(text), false) }

func (m *Model) setError(err error) {
	m.say(plain(safetext.Printable("error: "+err.Error())), true)
}

// mostMessages is how many messages are kept to be read later.
const mostMessages = 50

func (m *Model) say(text string, failed bool) {
	m.status, m.failed = text, failed
	m.messages = append(m.messages[max(0, len(m.messages)+1-mostMessages):], text)
}
