// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// manyTenants is how many rows the short table shows before it leaves out accounts without failures.
const manyTenants = 20

// tenants draws the table of accounts: which accounts reconcile, how many objects, and the results of
// their checks. The failures themselves follow further down.
func (p textPrinter) tenants(b *bufio.Writer, r *probe.Report, all, failedOnly bool) error {
	order := tenantsOf(r)
	shown := order
	if failedOnly || !all && len(order) > manyTenants {
		shown = slices.DeleteFunc(slices.Clone(order), func(t *tenant) bool { return !t.failed() })
	}
	if len(shown) > 0 {
		rows := make([][]string, 0, len(shown))
		for _, t := range shown {
			row := []string{p.fitName(t.account.Namespace), p.fitName(t.account.Name), count(len(t.objects))}
			for i := range t.cells {
				row = append(row, p.outcome(&t.cells[i]))
			}
			rows = append(rows, row)
		}
		if err := grid(b, append([]string{"NAMESPACE", "ACCOUNT", "RECONCILES"}, tenantColumns[:]...), rows, 1); err != nil {
			return err
		}
	}
	if more := len(order) - len(shown); more > 0 && !failedOnly {
		fmt.Fprintf(b, "  %s %s without failures (-o wide)\n", p.ellipsis(), counted(more, "more account"))
	}
	if len(order) > 0 && (len(shown) > 0 || !failedOnly) {
		b.WriteByte('\n')
	}
	return nil
}

// fitName leaves the other columns their room.
func (p textPrinter) fitName(name string) string {
	const others, least = 60, 12
	return p.fit(safetext.Printable(name), max(least, (p.width-others)/2))
}

// outcome is the worst of some findings and their number, or how many of them failed; empty for none.
func (p textPrinter) outcome(s *section) string {
	if s.counts.Checks == 0 {
		return ""
	}
	text := p.glyph(s.worst) + " "
	if n := numbersOf(s.counts); s.failed() {
		text += count(n.failed+n.warnings) + " of "
	}
	return text + count(s.counts.Checks)
}
