// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"

	"golang.org/x/term"
)

// isTerminal says whether f, one of the streams, is a terminal that can draw.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// width is that of the terminal f in cells, 0 for anything else.
func width(f any) int {
	if !isTerminal(f) {
		return 0
	}
	w, _, err := term.GetSize(int(f.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return w
}

// useColor resolves --color and NO_COLOR, which counts with any value but the empty one
// (no-color.org), for what is written to out.
func (o *options) useColor(out any) bool {
	switch o.color {
	case "always":
		return true
	case "never":
		return false
	default:
		return os.Getenv("NO_COLOR") == "" && isTerminal(out)
	}
}
