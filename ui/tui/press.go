// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// press does what a key says.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	m.touched, m.status = true, ""
	k := &m.keys
	is := func(b key.Binding) bool { return key.Matches(msg, b) }
	switch {
	case is(k.interrupt):
		return tea.Interrupt
	case is(k.suspend):
		return tea.Suspend
	case m.helping:
		switch {
		case is(k.quit):
			return tea.Quit
		case is(k.down), is(k.pageDown):
			m.helpTop++
		case is(k.up), is(k.pageUp):
			m.helpTop--
		default:
			m.helping, m.helpTop = false, 0
		}
		return nil
	case m.typing:
		return m.edit(msg)
	case is(k.quit):
		return tea.Quit
	case is(k.help):
		m.helping = true
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
		m.filter.show = (m.filter.show + 1) % showCount
		m.refilter()
	case is(k.nextFailure):
		m.nextFailure(1)
	case is(k.prevFailure):
		m.nextFailure(-1)
	case is(k.section):
		m.nextSection()
	default:
		return m.act(msg)
	}
	return nil
}

// act does the keys that ask or take away, and those that move.
func (m *Model) act(msg tea.KeyPressMsg) tea.Cmd {
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
	case is(k.copyFix):
		return m.copyFix()
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
	m.input.SetValue(m.filter.text)
	m.input.CursorEnd()
	m.input.SetWidth(max(10, m.layout.width-6))
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
		}
	}
	var cmd tea.Cmd
	m.input, cmd = m.input.Update(msg)
	m.setFilter(m.input.Value())
	return cmd
}

func (m *Model) setFilter(text string) {
	if text != m.filter.text {
		m.filter.text = text
		m.refilter()
	}
}
