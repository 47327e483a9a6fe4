// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/flux-probe/flux-probe/probe"
)

// drawHeader writes where, who and which profile, as far as there is room, and at the right the
// progress and what failed, which always have room.
func (m *Model) drawHeader(b *strings.Builder) {
	w, right := m.layout.width, m.progress()
	room := w - width(right) - 3
	left := ""
	for i, part := range m.where() {
		next := left
		if i > 0 {
			next += m.styles.rule.gap
		}
		next += part
		if width(next) > room && i > 0 {
			break
		}
		left = next
	}
	b.WriteString(m.styles.bold.text(" " + fit(left, room+1)))
	p := m.styles.title
	if s := &m.board.summary; s.Missing+s.Excess+s.Undetermined > 0 {
		p = m.styles.bad
	}
	b.WriteString(p.text(right + " "))
}

func (m *Model) where() []string {
	r := &m.header
	parts := []string{strings.TrimSpace(plain(r.Cluster.Context) + "  " + plain(r.Cluster.Kubernetes))}
	if r.Source != "" {
		parts = append(parts, "no cluster asked")
	}
	for _, f := range r.Flux {
		parts = append(parts, plain("Flux "+cmp.Or(f.Version, "of unknown version")+" "+f.Namespace))
	}
	if r.ProbedAs != "" {
		parts = append(parts, plain(r.ProbedAs))
	}
	return append(parts, plain(r.Profile))
}

// progress is "1,204 / 3,560 reviews  12 in flight  6 s  28 failing" while asking, then the result.
func (m *Model) progress() string {
	var parts []string
	if m.watch.on {
		parts = append(parts, m.watch.state())
	}
	if m.stream != nil {
		parts = append(parts, thousands(m.answered)+" / "+thousands(m.needed)+" reviews")
		if n := min(m.needed-m.answered, cmp.Or(m.session.Concurrency, probe.DefaultConcurrency)); n > 0 && m.layout.width >= 100 {
			parts = append(parts, strconv.Itoa(n)+" in flight")
		}
		if m.throttled {
			parts = append(parts, "throttled by the server")
		}
		if m.layout.width >= 80 {
			parts = append(parts, strconv.Itoa(int(m.elapsed/time.Second))+" s")
		}
	} else if m.watch.loading {
		parts = append(parts, "reading the cluster")
	}
	return strings.Join(append(parts, m.result()), "  ")
}

func (m *Model) result() string {
	s := m.board.summary
	warnings := ""
	switch {
	case s.Warnings == 1:
		warnings = ", 1 warning"
	case s.Warnings > 1:
		warnings = ", " + thousands(s.Warnings) + " warnings"
	}
	switch failing := s.Missing + s.Excess + s.Undetermined; {
	case len(m.board.findings) == 0:
		return "nothing to check"
	case failing > 0:
		return thousands(failing) + " failing" + warnings
	case m.board.marks[markPending] > 0:
		return "none failing yet" + warnings
	default:
		return "as expected" + warnings
	}
}

// thousands is n with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
