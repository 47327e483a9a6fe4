// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// fixedShown is how many fixed findings are named, so that a large repair does not bury the result.
const fixedShown = 20

// readBaseline reads the report that --baseline names.
func (o *options) readBaseline() error {
	if o.baselineFile == "" {
		return nil
	}
	if o.baselineFile == "-" && slices.Contains(o.filenames, "-") {
		return usagef("--baseline - and -f - both want standard input")
	}
	report, err := readReport(o.in, o.baselineFile)
	if err != nil {
		return usagef("--baseline: %w", err)
	}
	o.baseline = report
	return nil
}

// sayFixed tells on standard error what failed in the baseline and no longer does.
func (o *options) sayFixed(s streams, now *probe.Report) {
	if o.baseline == nil || o.quiet || now.Interrupted {
		return
	}
	fixed := probe.Fixed(o.baseline, now)
	if len(fixed) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "fixed since %s: %d\n", o.baselineFile, len(fixed))
	for _, f := range fixed[:min(len(fixed), fixedShown)] {
		what := f.Origin.String()
		if f.Access != nil {
			what = f.Access.Verb + " " + f.Access.GroupResource()
			if f.Access.Namespace != "" {
				what += " in " + f.Access.Namespace
			}
		}
		fmt.Fprintf(&b, "  %s %s %s\n", f.Code, f.Subject, what)
	}
	if more := len(fixed) - fixedShown; more > 0 {
		fmt.Fprintf(&b, "  and %d more; flux-probe diff names them all\n", more)
	}
	_, _ = fmt.Fprint(s.Err, b.String()) // a hint: without it the result stands
}
