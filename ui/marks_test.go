// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Without colour, what an account can do differs from what it cannot do, and an error from a warning.
func TestMarksDifferWithoutColour(t *testing.T) {
	allowed := probe.Finding{Verdict: matrix.Pass, Want: matrix.Allow, Severity: matrix.Error}
	denied := probe.Finding{Verdict: matrix.Pass, Want: matrix.Deny, Severity: matrix.Error}
	for _, ascii := range []bool{false, true} {
		if a, d := MarkOf(&allowed).Glyph(ascii), MarkOf(&denied).Glyph(ascii); a == d {
			t.Errorf("an access that is allowed and one that is denied are both %q", a)
		}
		for _, v := range []matrix.Verdict{matrix.Missing, matrix.Excess} {
			serious, minor := probe.Finding{Verdict: v, Severity: matrix.Error}, probe.Finding{Verdict: v, Severity: matrix.Warning}
			if e, w := MarkOf(&serious).Glyph(ascii), MarkOf(&minor).Glyph(ascii); e == w {
				t.Errorf("an error and a warning of verdict %s are both %q", v, e)
			}
		}
	}
}
