// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
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
	if failing, _ := m.failing(); failing > 0 {
		p = m.styles.bad
	}
	b.WriteString(p.text(right + " "))
}

func (m *Model) where() []string {
	r := &m.header
	parts := []string{strings.TrimSpace(plain(r.Cluster.Context) + "  " + plain(r.Cluster.Kubernetes)), "profile " + plain(r.Profile)}
	if r.Source != "" {
		parts = append(parts, "no cluster asked")
	}
	for _, f := range r.Flux {
		parts = append(parts, plain("Flux "+cmp.Or(f.Version, "of unknown version")+" "+f.Namespace))
	}
	if r.ProbedAs != "" {
		parts = append(parts, plain(r.ProbedAs))
	}
	return parts
}

// progress is "1,204 / 3,560 reviews  12 in flight  6 s  28 failing" while asking, then the result.
func (m *Model) progress() string {
	var parts []string
	if m.watch.on {
		parts = append(parts, m.watch.state())
	}
	if m.stream != nil {
		parts = append(parts, ui.Thousands(m.answered)+" / "+ui.Thousands(m.needed)+" reviews")
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

// failing returns how many checks keep the run from passing, and how many other warnings there are.
func (m *Model) failing() (failing, warnings int) {
	s := m.results.summary
	failing = s.Missing + s.Excess + s.Undetermined
	if m.header.Asked.FailOn == matrix.Warning {
		return failing + s.Warnings, 0
	}
	return failing + s.UndeterminedWarnings, s.Warnings - s.UndeterminedWarnings
}

func (m *Model) result() string {
	failing, n := m.failing()
	warnings := ""
	switch {
	case n == 1:
		warnings = ", 1 warning"
	case n > 1:
		warnings = ", " + ui.Thousands(n) + " warnings"
	}
	switch {
	case len(m.results.findings) == 0:
		return "nothing to check"
	case failing > 0:
		return ui.Thousands(failing) + " failing" + warnings
	case m.results.marks[ui.MarkPending] > 0:
		return "none failing yet" + warnings
	default:
		return "as expected" + warnings
	}
}
