// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"io"

	"github.com/flux-probe/flux-probe/probe"
)

// WriteSummary prints on w what fits a screen: the header, a line a section, and the summary. It is
// what the terminal UI leaves behind. Its errors are those of w.
func WriteSummary(w io.Writer, r *probe.Report, o Options) error {
	var b bytes.Buffer
	p := newPen(o)
	p.top(&b, r, false)
	p.bottom(&b, r)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the summary: %w", err)
	}
	return nil
}

// top is the header and the sections.
func (p pen) top(b *bytes.Buffer, r *probe.Report, failedOnly bool) {
	fmt.Fprintf(b, "%s\n\n", p.header(r))
	for _, line := range p.sections(r.Findings, failedOnly) {
		fmt.Fprintln(b, line)
	}
	if len(r.Findings) > 0 {
		b.WriteByte('\n')
	}
}

// bottom is the last word: exact counts.
func (p pen) bottom(b *bytes.Buffer, r *probe.Report) {
	if r.Interrupted {
		fmt.Fprintln(b, p.wrap("interrupted: what was not answered by then is undetermined", 0))
	}
	fmt.Fprintln(b, p.wrap(p.summary(r.Summary), 0))
}
