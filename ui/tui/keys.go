// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
)

// keyMap is every key there is: the model matches by it, the footer, the help and the table
// of docs/keys.md are made from it.
type keyMap struct {
	up, down, left, right, top, bottom, pageUp, pageDown key.Binding
	nextPane, prevPane, open, back                       key.Binding
	problems, matrix                                     key.Binding
	filter, show, nextFailure, prevFailure, section      key.Binding
	again, againAll, watch, profile                      key.Binding
	copyCommand, copyJSON, fix, messages, export         key.Binding
	help, suspend, quit, interrupt                       key.Binding
}

func newKeys() keyMap {
	bind := func(help, does string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, does))
	}
	return keyMap{
		up:       bind("up, k", "move up", "up", "k"),
		down:     bind("down, j", "move down", "down", "j"),
		left:     bind("left, h", "move left, fold", "left", "h"),
		right:    bind("right, l", "move right, unfold", "right", "l"),
		top:      bind("g, home", "to the top", "g", "home"),
		bottom:   bind("G, end", "to the bottom", "G", "end"),
		pageUp:   bind("pgup, ctrl+b", "a page up", "pgup", "ctrl+b"),
		pageDown: bind("pgdn, ctrl+f, space", "a page down", "pgdown", "ctrl+f", "space"),
		nextPane: bind("tab", "next pane", "tab"),
		prevPane: bind("shift+tab", "previous pane", "shift+tab"),
		open:     bind("enter", "open, explain, show in the matrix", "enter"),
		back:     bind("esc", "back, clear the filter", "esc"),

		problems: bind("1", "the problems, and what to do", "1"),
		matrix:   bind("2", "the matrix of all checks", "2"),

		filter:      bind("/", "filter: all words match, !word not", "/"),
		show:        bind("f", "all, failing, undetermined, exceptions", "f"),
		nextFailure: bind("n", "next problem, next failure", "n"),
		prevFailure: bind("N", "previous problem, previous failure", "N"),
		section:     bind("s", "next section", "s"),

		again:    bind("r", "ask the check or problem again", "r"),
		againAll: bind("R", "ask everything again", "R"),
		watch:    bind("w", "watch the cluster", "w"),
		profile:  bind("p", "next profile", "p"),

		copyCommand: bind("y", "copy the command or the text shown", "y"),
		copyJSON:    bind("Y", "copy the finding or problem as JSON", "Y"),
		fix:         bind("x", "show the change that fixes it", "x"),
		messages:    bind("m", "show the last messages in full", "m"),
		export:      bind("e", "write the report to a file", "e"),

		help:      bind("?", "all keys", "?"),
		suspend:   bind("ctrl+z", "suspend", "ctrl+z"),
		quit:      bind("q", "quit", "q"),
		interrupt: bind("ctrl+c", "interrupt", "ctrl+c"),
	}
}

type keyGroup struct {
	title string
	keys  []key.Binding
}

func (k keyMap) groups() []keyGroup {
	return []keyGroup{
		{"move", []key.Binding{k.up, k.down, k.left, k.right, k.top, k.bottom, k.pageUp, k.pageDown, k.nextPane, k.prevPane, k.open, k.back}},
		{"find", []key.Binding{k.problems, k.matrix, k.filter, k.show, k.nextFailure, k.prevFailure, k.section}},
		{"ask", []key.Binding{k.again, k.againAll, k.watch, k.profile}},
		{"copy and export", []key.Binding{k.copyCommand, k.copyJSON, k.fix, k.messages, k.export}},
		{"general", []key.Binding{k.help, k.suspend, k.quit, k.interrupt}},
	}
}

// shortKey is a key of the footer, in a word or two.
type shortKey struct{ key, does string }

// width is what it takes of the footer.
func (k shortKey) width() int { return width(k.key) + width(k.does) + 3 }

// short are the keys of the footer, most useful first.
func (k keyMap) short() []shortKey {
	return []shortKey{
		{k.nextFailure.Help().Key, "next failure"}, {k.help.Help().Key, "keys"}, {k.quit.Help().Key, "quit"},
		{k.filter.Help().Key, "filter"}, {k.show.Help().Key, "failing"}, {k.open.Help().Key, "explain"}, {k.watch.Help().Key, "watch"},
	}
}

// shortProblems are the keys of the footer while problems are shown.
func (k keyMap) shortProblems(view problemView) []shortKey {
	back := shortKey{k.matrix.Help().Key, "matrix"}
	open := shortKey{k.open.Help().Key, "evidence"}
	switch view {
	case viewEvidence:
		back, open = shortKey{k.back.Help().Key, "back"}, shortKey{k.open.Help().Key, "check in the matrix"}
	case viewPatch, viewMessages:
		back = shortKey{k.back.Help().Key, "back"}
	}
	return []shortKey{
		{k.nextFailure.Help().Key, "next problem"}, open, {k.fix.Help().Key, "change"}, {k.copyCommand.Help().Key, "copy"}, back,
		{k.help.Help().Key, "keys"}, {k.quit.Help().Key, "quit"}, {k.filter.Help().Key, "filter"}, {k.watch.Help().Key, "watch"},
	}
}

// KeyTable is the keys as a Markdown table; docs/keys.md holds it.
func KeyTable() string {
	var b strings.Builder
	b.WriteString("| key | does |\n| --- | --- |\n")
	for _, group := range newKeys().groups() {
		for _, k := range group.keys {
			b.WriteString("| `" + strings.ReplaceAll(k.Help().Key, ", ", "`, `") + "` | " + k.Help().Desc + " |\n")
		}
	}
	return b.String()
}
