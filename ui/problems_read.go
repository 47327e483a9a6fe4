// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// keepPatches returns a function that gives problems their patches back, safe to show, after all text has been
// made one line.
func keepPatches(problems []probe.Problem) (restore func()) {
	patches := make([]string, len(problems))
	for i := range problems {
		patches[i] = safetext.Block(problems[i].Fix.Patch)
	}
	return func() {
		for i := range problems {
			problems[i].Fix.Patch = patches[i]
		}
	}
}
