// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// leadsMsg are findings with where their accesses lead.
type leadsMsg struct {
	loads    int             // Model.loads when it was looked for
	findings []probe.Finding // copies; Index is their place
}

// leads looks up where the accesses lead that accounts must not have, when all have been answered.
func (m *Model) leads() tea.Cmd {
	if m.session.LeadsTo == nil || m.watch.loading {
		return nil
	}
	var found []probe.Finding
	for _, f := range m.results.findings {
		if f.Leads() {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil
	}
	ctx, loads, look := m.ctx, m.loads, m.session.LeadsTo
	return func() tea.Msg {
		look(ctx, found)
		return leadsMsg{loads, found}
	}
}

// showLeads keeps where findings lead, unless they were answered otherwise since.
func (m *Model) showLeads(msg leadsMsg) {
	if msg.loads != m.loads {
		return
	}
	for _, f := range msg.findings {
		if f.Index >= len(m.results.findings) {
			continue // it was of an earlier comparison
		}
		if now := &m.results.findings[f.Index]; now.Leads() && now.Key() == f.Key() {
			now.LeadsTo, m.detail.stale, m.problems.stale = f.LeadsTo, true, true
		}
	}
}

// path is where the access of a finding leads, and each step of the way on a line.
func path(f *probe.Finding) string {
	steps := slices.Clone(ui.Steps(*f))
	for i, step := range steps {
		steps[i] = numberedLine(i, step)
	}
	return strings.Join(append([]string{ui.LeadsTo(*f)}, steps...), "\n")
}

// numberedLine is the line of step i, from 0.
func numberedLine(i int, step string) string { return fmt.Sprintf("%d. %s", i+1, step) }
