// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// comparisonMsg is where the server's answers differ from what RBAC alone says.
type comparisonMsg struct {
	loads    int // Model.loads when the comparison began
	findings []probe.Finding
	gaps     []matrix.Gap
}

// compare compares the answers with RBAC when all have arrived. While the cluster is being read again
// there is no comparison: what it would be made with is about to change.
func (m *Model) compare() tea.Cmd {
	if m.session.Compare == nil || m.watch.loading {
		return nil
	}
	loads, compare := m.loads, m.session.Compare
	return func() tea.Msg {
		differences, gaps := compare()
		return comparisonMsg{loads, differences, gaps}
	}
}

// appendComparison puts the findings of a comparison behind all others, so that no row moves. They
// replace those of an earlier comparison.
func (m *Model) appendComparison(msg comparisonMsg) {
	had := len(m.results.findings) > m.derived
	if msg.loads != m.loads || len(msg.findings) == 0 && len(msg.gaps) == 0 && !had || m.stream != nil {
		return
	}
	report := m.header
	report.Findings = append(slices.Clone(m.results.findings[:m.derived]), msg.findings...)
	report.NotAsked = append(slices.Clip(m.gaps), msg.gaps...)
	m.show(&report)
}
