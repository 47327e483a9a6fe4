// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// progress returns a function that shows on standard error how far a run is, and one that removes it.
func (p *program) progress(quiet bool) (show func(scan.Progress), done func()) {
	if quiet {
		return nil, func() {}
	}
	line, start := ui.NewStatusLine(p.Err), time.Now()
	return func(at scan.Progress) {
		text := string(at.Stage) + "…"
		switch seconds := int(time.Since(start).Seconds()); at.Stage {
		case scan.Asking:
			text = fmt.Sprintf("%d / %d reviews · %d s", at.Answered, at.Needed, seconds)
		case scan.Trying:
			text = fmt.Sprintf("%d / %d dry-runs · %d s", at.Answered, at.Needed, seconds)
		}
		line.Show(text)
	}, line.Clear
}
