// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/resolve"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// restrict keeps the checks that the options choose.
func restrict(m *matrix.Matrix, s *snapshot.Snapshot, o Options) (*matrix.Matrix, error) {
	if len(o.Sections) > 0 {
		m = m.Only(func(section string) bool { return slices.Contains(o.Sections, section) })
	}
	if o.ServiceAccount == (matrix.Subject{}) {
		return m, nil
	}
	kept := &matrix.Matrix{NotAsked: m.NotAsked}
	for _, c := range m.Checks {
		if c.Meta().Subject.Get() == o.ServiceAccount {
			kept.Checks = append(kept.Checks, c)
		}
	}
	if len(kept.Checks) > 0 {
		return kept, nil
	}
	if _, err := resolve.Account(s, o.ServiceAccount.String()); err != nil {
		return nil, err
	}
	return nil, &NothingExpectedError{o.ServiceAccount}
}

// allChecks is the section of what concerns the whole matrix.
const allChecks = "all checks"

// nothing describes why no check is left, by the options that restrict the run.
func nothing(o Options) matrix.Gap {
	gap := matrix.Gap{Section: allChecks, What: "everything", Why: "there are no Flux controllers and no objects that Flux reconciles"}
	var parts []string
	if o.Namespace != "" {
		parts, gap.Why = append(parts, "namespace "+o.Namespace), "no Flux controller runs there, and Flux reconciles nothing there"
	}
	if len(o.Sections) > 0 {
		parts, gap.Why = append(parts, "sections "+strings.Join(o.Sections, ", ")), "nothing there calls for checks of these sections"
	}
	if o.SkipBuiltin {
		parts, gap.Why = append(parts, "matrix files only"), "the matrix files expect nothing of what is there"
	}
	if len(parts) > 0 {
		gap.What = strings.Join(parts, ", ")
	}
	return gap
}
