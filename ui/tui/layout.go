// SPDX-License-Identifier: Apache-2.0

package tui

// The least terminal that the UI draws in.
const (
	minWidth  = 60
	minHeight = 12
)

// rect is a pane's place on the screen, in cells, without its frame.
type rect struct{ x, y, w, h int }

func (r rect) holds(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// pane is what has the focus.
type pane int

const (
	paneTree pane = iota
	paneGrid
	paneDetail
)

// layout is where everything is. It is computed in one place, when the size or the zoom changes.
type layout struct {
	width, height      int
	tree, grid, detail rect
	beside             bool // the detail is right of the grid
	below              bool // the detail is under both
	zoomed             bool // the detail is in the place of the grid
	small              bool
}

const (
	besideWidth = 160 // from where on the detail fits beside a matrix of the usual verbs
	narrowWidth = 110 // from where on it is beside when it does not fit below
	belowHeight = 20  // from where on the detail fits below
)

// plan lays the screen out: a line of header, a frame around the panes, a line of footer.
func plan(w, h int, zoomed bool) layout {
	l := layout{width: w, height: h}
	if w < minWidth || h < minHeight {
		l.small = true
		return l
	}
	body := h - 4
	treeWidth := min(max(18, w/4), 40)
	l.tree = rect{1, 2, treeWidth, body}
	x := treeWidth + 2
	rest := w - x - 1
	switch {
	case w >= besideWidth, w >= narrowWidth && h < belowHeight:
		l.beside = true
		detail := min(max(36, w*3/10), 64)
		l.grid = rect{x, 2, rest - detail - 1, body}
		l.detail = rect{x + l.grid.w + 1, 2, detail, body}
	case h >= belowHeight:
		l.below = true
		detail := min(max(6, h/3), 14)
		l.tree.h = body - detail - 1
		l.grid = rect{x, 2, rest, l.tree.h}
		l.detail = rect{1, 3 + l.tree.h, w - 2, detail}
	default:
		l.zoomed = zoomed
		l.grid = rect{x, 2, rest, body}
		if zoomed {
			l.detail = l.grid
		}
	}
	return l
}

// resize lays out anew and keeps what is selected on the screen.
func (m *Model) resize(w, h int) {
	m.layout = plan(w, h, m.focus == paneDetail)
	m.detail.stale, m.problems.stale = true, true
	m.tree.scroll(m.layout.tree.h)
	m.clampCursor()
}

// setFocus moves the focus; on a small screen the detail takes the place of the grid.
func (m *Model) setFocus(p pane) {
	m.focus = p
	m.resize(m.layout.width, m.layout.height)
}
