// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"errors"
	"os"
	"os/exec"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/atotto/clipboard"
)

// ErrNoClipboard is what CopyToClipboard returns where the terminal alone can reach a clipboard.
var ErrNoClipboard = errors.New("no clipboard can be reached but the terminal's")

// CopyToClipboard copies text by tmux, which hands it on to its terminal, or by the program of the desktop
// (pbcopy, wl-copy, xclip, …), and returns which. In a session of ssh the desktop is another one's.
func CopyToClipboard(text string) (by string, err error) {
	switch {
	case os.Getenv("TMUX") != "":
		load := exec.Command("tmux", "load-buffer", "-w", "-")
		load.Stdin = strings.NewReader(text)
		return "tmux", load.Run()
	case clipboard.Unsupported, os.Getenv("SSH_CONNECTION") != "", os.Getenv("SSH_TTY") != "":
		return "", ErrNoClipboard
	default:
		return "the desktop", clipboard.WriteAll(text)
	}
}

// copiedMsg is how a text was copied. Without a program that took it, the terminal is asked to (OSC 52).
type copiedMsg struct {
	what, text string
	by         string
	err        error
}

// copy copies a text, which is called what.
func (m *Model) copy(what, text string) tea.Cmd {
	if m.options.Copy == nil {
		return m.copied(copiedMsg{what: what, text: text, err: ErrNoClipboard})
	}
	copyText := m.options.Copy
	return func() tea.Msg {
		by, err := copyText(text)
		return copiedMsg{what, text, by, err}
	}
}

// copied says how far the text got: a terminal does not answer.
func (m *Model) copied(msg copiedMsg) tea.Cmd {
	if msg.err == nil {
		m.setStatus("copied " + msg.what + " (" + msg.by + ")")
		return nil
	}
	m.setStatus("sent " + msg.what + " to the terminal (OSC 52); some terminals ignore that")
	return tea.SetClipboard(msg.text)
}
