// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"io"

	"github.com/flux-probe/flux-probe/probe"
)

// WriteSummary prints on w what fits a screen: the header, a line a section, what was not asked, and the summary. It is
// what the terminal UI leaves behind. Its errors are those of w.
func WriteSummary(w io.Writer, r *probe.Report, o Options) error {
	return flush(w, func(b *bufio.Writer) error {
		p := newTextPrinter(o)
		p.top(b, r, false)
		p.notAsked(b, r.NotAsked)
		p.bottom(b, r)
		return nil
	})
}

// top is the header and the sections.
func (p textPrinter) top(b *bufio.Writer, r *probe.Report, failedOnly bool) {
	p.headline(b, r)
	p.overview(b, r, failedOnly)
}

func (p textPrinter) headline(b *bufio.Writer, r *probe.Report) {
	fmt.Fprintf(b, "%s\n\n", p.header(r))
}

// overview is the sections.
func (p textPrinter) overview(b *bufio.Writer, r *probe.Report, failedOnly bool) {
	for _, line := range p.sections(r.Findings, failedOnly) {
		fmt.Fprintln(b, line)
	}
	if len(r.Findings) > 0 {
		b.WriteByte('\n')
	}
}

// bottom is the last word: what disturbed the run, and exact counts.
func (p textPrinter) bottom(b *bufio.Writer, r *probe.Report) {
	for _, line := range remarks(r) {
		fmt.Fprintln(b, p.wrap(line, 0))
	}
	fmt.Fprintln(b, p.wrap(p.summary(r), 0))
	if p.options.Next != "" && len(shownProblems(r)) > 0 {
		fmt.Fprintln(b, "next: "+p.paint(p.options.Next, cyan)) // in one piece, to be copied
	}
}
