// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestEveryDiffFormatHasGoldens(t *testing.T) {
	old, now := failuresReport(), hostileReport()
	now.Findings[0].Reason = `RBAC: allowed by RoleBinding "a|b/<i>" of ClusterRole "x"`
	now.Findings[1].Verdict, now.Findings[1].Severity = matrix.Missing, matrix.Warning
	for name, changes := range map[string][]probe.Change{"diff": probe.Diff(old, now), "no-diff": nil} {
		for _, format := range DiffFormats() {
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := WriteDiff(&b, format, changes, Options{}); err != nil {
					t.Fatal(err)
				}
				golden(t, name+"."+format, b.Bytes())
			})
		}
	}
}
