// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/ui"
)

// press does what a key is for.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	m.interacted, m.status = true, ""
	k := &m.keys
	is := func(b key.Binding) bool { return key.Matches(msg, b) }
	switch {
	case is(k.interrupt):
		return tea.Interrupt
	case is(k.suspend):
		return tea.Suspend
	case m.helping:
		m.pressInHelp(is)
		return nil
	case m.typing:
		return m.edit(msg)
	case is(k.quit):
		return tea.Quit
	case is(k.help):
		m.helping = true
	case is(k.problems):
		m.problems.open = true
		m.problems.stale = true
	case m.problems.open:
		return m.pressProblem(msg)
	case is(k.nextPane):
		m.cycleFocus(1)
	case is(k.prevPane):
		m.cycleFocus(-1)
	case is(k.open):
		return m.enter()
	case is(k.back):
		m.back()
	case is(k.filter):
		return m.startFilter()
	case is(k.show):
		m.cycleShow()
	case is(k.nextFailure):
		m.nextFailure(1)
	case is(k.prevFailure):
		m.nextFailure(-1)
	case is(k.section):
		m.nextSection()
	default:
		return m.pressAction(msg)
	}
	return nil
}

// cycleShow shows other verdicts: all, failing, undetermined, exceptions.
func (m *Model) cycleShow() {
	m.filter.show = (m.filter.show + 1) % showCount
	m.refilter()
	if m.results.matched == 0 {
		m.setStatus([...]string{"no check matches", "no check fails", "no check is undetermined", "there are no exceptions"}[m.filter.show] + "; esc shows all")
	}
}

// pressInHelp scrolls the help, or leaves it.
func (m *Model) pressInHelp(is func(key.Binding) bool) {
	k := &m.keys
	switch {
	case is(k.down):
		m.helpTop++
	case is(k.up):
		m.helpTop--
	case is(k.pageDown):
		m.helpTop += m.helpHeight()
	case is(k.pageUp):
		m.helpTop -= m.helpHeight()
	case is(k.top):
		m.helpTop = 0
	case is(k.bottom):
		m.helpTop = len(m.helpLines())
	case is(k.quit), is(k.back), is(k.help), is(k.open):
		m.helping, m.helpTop = false, 0
	}
}

// pressAction handles the keys that ask, copy and export, and those that move.
func (m *Model) pressAction(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	is := func(b key.Binding) bool { return key.Matches(msg, b) }
	switch {
	case is(k.again):
		return m.askSelected()
	case is(k.againAll):
		return m.reload(m.header.Profile, reloadAll)
	case is(k.profile):
		return m.nextProfile()
	case is(k.watch):
		return m.toggleWatch()
	case is(k.copyCommand):
		return m.copyCommand()
	case is(k.copyJSON):
		return m.copyJSON()
	case is(k.fix):
		return m.showFix()
	case is(k.messages):
		m.showMessages()
	case is(k.export):
		return m.save()
	case is(k.up):
		m.move(-1, 0)
	case is(k.down):
		m.move(1, 0)
	case is(k.left):
		m.move(0, -1)
	case is(k.right):
		m.move(0, 1)
	case is(k.pageUp):
		m.move(-m.page(), 0)
	case is(k.pageDown):
		m.move(m.page(), 0)
	case is(k.top):
		m.move(-1<<30, 0)
	case is(k.bottom):
		m.move(1<<30, 0)
	}
	return nil
}

// startFilter opens the line in which the filter is typed.
func (m *Model) startFilter() tea.Cmd {
	m.typing = true
	m.input.SetValue("")
	m.input.SetWidth(max(10, m.layout.width-matchesWidth-3))
	return m.input.Focus()
}

// edit types into the filter; the lists follow as it is typed.
func (m *Model) edit(msg tea.Msg) tea.Cmd {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch {
		case key.Matches(press, m.keys.open):
			m.typing = false
			m.input.Blur()
			return nil
		case key.Matches(press, m.keys.back):
			m.typing = false
			m.input.Blur()
			m.setFilter("")
			return nil
		case press.String() == "up", press.String() == "down":
			m.typing = false
			m.input.Blur()
			return m.press(press)
		}
	}
	var cmd tea.Cmd
	m.input, cmd = m.input.Update(msg)
	if typed := m.input.Value(); plain(typed) != typed { // what turns the direction of a line, or has no width
		m.input.SetValue(plain(typed))
	}
	m.setFilter(m.input.Value())
	return cmd
}

func (m *Model) setFilter(text string) {
	if text != m.filter.text {
		m.filter.text, m.filter.search = text, ui.NewSearch(text)
		m.refilter()
	}
}
