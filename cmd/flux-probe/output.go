// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// write prints the report in the format asked for. A result that could not be written is an error
// of its own: a pipeline must not take half a report for a whole one.
func (o *options) write(s streams, r *probe.Report) error {
	if o.quiet {
		return nil
	}
	return ui.Write(s.Out, cmp.Or(o.output, "table"), r, o.uiOptions(s))
}

func (o *options) uiOptions(s streams) ui.Options {
	return ui.Options{Color: o.useColor(s.Out), ASCII: o.ascii, FailedOnly: o.failed, Width: width(s.Out)}
}
