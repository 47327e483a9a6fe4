// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
)

// where is what the cursor is on: account, access.
func where(m *Model) string {
	i := m.selected()
	if i == none {
		return "none"
	}
	f := m.results.findings[i]
	if f.Access != nil {
		return f.Subject.Name + " " + f.Access.Verb + " " + f.Access.Resource
	}
	return f.Subject.Name + " " + f.Code
}

func TestMove(t *testing.T) {
	for _, test := range []struct{ keys, want string }{
		{"", "source-controller get buckets"},
		{"<tab>l", "source-controller list buckets"},
		{"<tab>jj", "source-controller get namespaces"},
		{"<tab>Gllll", "none"}, // namespaces has no update
		{"<tab>Gllllg", "source-controller update buckets"},
		{"<tab>lh", "source-controller get buckets"},
		{"j", "helm-controller get buckets"},
		{"<down><down>", "none"}, // a section
		{"<right><right>", "source-controller list buckets"},
		{"n", "source-controller get leases"},
		{"nn", "source-controller list leases"},
		{"nnnnnnnnn", "helm-controller FP801"},
		{"nnnnnnnnnn", "source-controller get leases"}, // and around
		{"N", "helm-controller FP801"},
		{"NN", "source-controller deletecollection leases"},
		{"s", "none"},
		{"ss<down>", "helm-controller FP801"},
		{"<enter>", "source-controller get buckets"},
		{"<enter><enter><esc><esc>j", "helm-controller get buckets"},
		{"<tab><pgdown>", "source-controller get namespaces"},
	} {
		m := asked(t, &rights{refused: noLeases}, 80, 24, Options{})
		press(m, test.keys)
		if got := where(m); got != test.want {
			t.Errorf("%q leads to %s, want %s", test.keys, got, test.want)
		}
	}
}

func TestFold(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 80, 24, Options{})
	lines := func() (names []string) {
		for _, line := range m.tree.lines {
			if line.account == nil && line.group == nil {
				names = append(names, fmt.Sprint(line.section.name, " ", line.section.folded))
			}
		}
		return names
	}
	if got, want := lines(), []string{"controllers false", "tenants true", "lockdown false", "identity true"}; !reflect.DeepEqual(got, want) {
		t.Errorf("after the run: %q, want the green ones folded: %q", got, want)
	}
	press(m, "<left>")
	if namespace := m.tree.lines[1]; !namespace.group.folded || m.account != nil || m.tree.cursor != 1 || !strings.Contains(screen(t, m), "controllers flux-system") {
		t.Errorf("left does not fold the namespace of the account:\n%s", screen(t, m))
	}
	press(m, "<left>")
	if !m.tree.lines[0].section.folded || m.tree.cursor != 0 {
		t.Error("left does not fold the section of the namespace")
	}
	press(m, "<right>")
	if m.tree.lines[0].section.folded {
		t.Error("right does not unfold")
	}
	press(m, "<enter>")
	if !m.tree.lines[0].section.folded {
		t.Error("enter does not fold")
	}
}

// TestNothingMoves wants every character but marks, counts and the header where it was while
// answers stream in.
func TestNothingMoves(t *testing.T) {
	m := started(t, (&rights{refused: noLeases}).session(sample()), sample(), 120, 40, Options{})
	shape := func() string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("✓✗.0123456789", r) {
				return ' '
			}
			return r
		}, strings.SplitN(strings.ReplaceAll(screen(t, m), "8 │", "  │"), "\n", 2)[1])
	}
	press(m, "<tab>jj") // somebody is looking at what stays
	before := shape()
	for i := range 8 {
		m.results.put(findingOf(m, 8+i, matrix.Missing), false)
		if after := shape(); after != before {
			t.Fatalf("finding %d moved something:\n%s\n%s", i, before, after)
		}
	}
}

func TestFilter(t *testing.T) {
	for _, test := range []struct {
		keys    string
		matched int
	}{
		{"", 41},
		{"/leases<enter>", 16},
		{"/LEASES", 16},
		{"/!leases<enter>", 25},
		{"/dev-team<enter>", 2},
		{"/fp801<enter>", 1},
		{"/deletecoll<enter>", 4},
		{"/cross-namespace<enter>", 1},
		{"f", 9},
		{"ff", 0},
		{"ffff", 41},
		{"f/source<enter>", 8},
		{"f/source<enter><esc>", 41},
		{"/leases<esc>", 41},
		{"/nope<enter>", 0},
	} {
		m := asked(t, &rights{refused: noLeases}, 80, 24, Options{})
		press(m, test.keys)
		if m.results.matched != test.matched {
			t.Errorf("%q: %d checks pass, want %d", test.keys, m.results.matched, test.matched)
		}
		screen(t, m)
	}
}

func TestLeave(t *testing.T) {
	m := asked(t, &rights{}, 80, 24, Options{})
	for keys, want := range map[string]tea.Msg{"q": tea.QuitMsg{}, "??q": tea.QuitMsg{}, "?qq": tea.QuitMsg{}, "<ctrl+c>": tea.InterruptMsg{}, "/x<ctrl+c>": tea.InterruptMsg{}, "<esc><ctrl+z>": tea.SuspendMsg{}} {
		cmd := press(m, keys)
		if cmd == nil || reflect.TypeOf(cmd()) != reflect.TypeOf(want) {
			t.Errorf("%s does not give %T", keys, want)
		}
	}
}

func TestSmall(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 120, 40, Options{})
	for _, size := range [][2]int{{40, 10}, {59, 12}, {60, 11}, {1, 1}, {0, 0}, {120, 5}} {
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		if got := strings.TrimSpace(screen(t, m)); strings.Contains(got, "\n") {
			t.Errorf("%v: more than one line:\n%s", size, got)
		}
		if got := m.draw(); size[0] == 0 && got != "" {
			t.Errorf("drawn before the size is known: %q", got)
		}
		press(m, "jklh<tab>nNG<pgdown>ffffgs?x")
	}
	m.Update(tea.WindowSizeMsg{Width: 60, Height: 12})
	if got := screen(t, m); !strings.Contains(got, "controllers") {
		t.Errorf("does not come back:\n%s", got)
	}
}

func TestMouse(t *testing.T) {
	m := asked(t, &rights{refused: noLeases}, 120, 40, Options{Mouse: true})
	click := func(x, y int) { m.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
	click(m.layout.tree.x+3, m.layout.tree.y+3)
	if got := where(m); got != "helm-controller get buckets" {
		t.Errorf("click on an account leads to %s", got)
	}
	click(m.layout.grid.x+m.labelWidth()+5, m.layout.grid.y+2)
	if got := where(m); got != "helm-controller list leases" {
		t.Errorf("click on a cell leads to %s", got)
	}
	click(m.layout.grid.x+m.labelWidth()+2, m.layout.grid.y)
	if got := where(m); got != "helm-controller get leases" {
		t.Errorf("click on the head of a column leads to %s", got)
	}
	m.Update(tea.MouseWheelMsg{X: m.layout.grid.x, Y: m.layout.grid.y, Button: tea.MouseWheelDown})
	if got := where(m); got != "helm-controller get leases" {
		t.Errorf("the wheel moves the cursor to %s, with all rows on the screen", got)
	}
	click(m.layout.tree.x+3, m.layout.tree.y+1)
	if !m.tree.lines[1].group.folded {
		t.Error("click on a namespace does not fold it")
	}
	click(m.layout.tree.x+3, m.layout.tree.y+1)
	if m.tree.lines[1].group.folded {
		t.Error("another click on a namespace does not unfold it")
	}
	if footer := strings.Split(screen(t, m), "\n")[m.layout.height-1]; !strings.Contains(footer, "? keys") {
		t.Errorf("the footer is %q", footer)
	} else if click(strings.Index(footer, "keys"), m.layout.height-1); !m.helping {
		t.Error("click on a key of the footer does nothing")
	}
	press(m, "?")
	click(0, 0)
	click(m.layout.detail.x+1, m.layout.detail.y+1)
	m.Update(tea.MouseWheelMsg{X: m.layout.detail.x, Y: m.layout.detail.y, Button: tea.MouseWheelUp})
	if m.focus != paneDetail {
		t.Error("click on the detail does not move the focus")
	}
}

// TestFrameIsOfTheScreen wants a frame to cost no more for five times the checks.
func TestFrameIsOfTheScreen(t *testing.T) {
	cost := func(n int) float64 {
		m := started(t, instant(), large(n), 160, 50, Options{Color: true})
		m.Init()
		drain(m)
		return testing.AllocsPerRun(20, func() { m.View() })
	}
	if few, many := cost(10_000), cost(50_000); many > few+20 {
		t.Errorf("%v allocations a frame with 10,000 checks, %v with 50,000", few, many)
	}
}
