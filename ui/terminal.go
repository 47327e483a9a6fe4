// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// IsTerminal reports whether f, a stream of the process, is a terminal that can draw.
func IsTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// TerminalSize returns the width and the height of the terminal f in cells; 0 for anything else.
func TerminalSize(f any) (width, height int) {
	if !IsTerminal(f) {
		return 0, 0
	}
	width, height, err := term.GetSize(int(f.(*os.File).Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// ColorModes are the choices of UseColor.
func ColorModes() []string { return []string{"auto", "always", "never"} }

// UseColor reports whether what is written to f is drawn in colour. In mode auto it is for a terminal,
// unless NO_COLOR is set to anything but the empty string (no-color.org).
func UseColor(mode string, f any) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	default:
		return os.Getenv("NO_COLOR") == "" && IsTerminal(f)
	}
}

// StatusLine is a line that shows what the program is doing. It is shown only on a terminal.
type StatusLine struct {
	out  io.Writer // nil when nothing is shown
	last time.Time
}

// statusInterval is the least time between two updates of a StatusLine.
const statusInterval = 100 * time.Millisecond

// NewStatusLine returns a line on w.
func NewStatusLine(w io.Writer) *StatusLine {
	if !IsTerminal(w) {
		w = nil
	}
	return &StatusLine{out: w}
}

// Show replaces the text of the line, unless that was replaced a moment ago.
func (l *StatusLine) Show(text string) {
	if l.out != nil && time.Since(l.last) >= statusInterval {
		l.last = time.Now()
		_, _ = fmt.Fprint(l.out, "\r\x1b[K"+text) // it is no part of the result
	}
}

// Clear removes the line.
func (l *StatusLine) Clear() {
	l.last = time.Time{}
	l.Show("")
}
