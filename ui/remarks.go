// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// remarks are lines about a run as a whole that a reader of its result must know: that it did not end by itself, and
// what it had to ask again.
func remarks(r *probe.Report) []string {
	var lines []string
	switch {
	case r.Interrupted:
		lines = append(lines, "interrupted: checks without an answer count as undetermined")
	case r.TimedOut:
		lines = append(lines, "timed out: checks without an answer count as undetermined")
	}
	return append(lines, filled(assumed(r), sampled(r), repeated(r.Asked.Requests))...)
}

// sampled names a run that was to ask only a sample; empty for any other. Every format shows it.
func sampled(r *probe.Report) string {
	if r.Asked.Sample == nil {
		return ""
	}
	return safetext.Printable(r.Asked.Sample.String())
}

// answeredBy says who answered a finding of a run that did not ask everything as it is; empty when it was the server.
func answeredBy(r *probe.Report, f probe.Finding) string {
	if f.AnsweredBy == "" {
		return assumed(r)
	}
	return strings.Join(filled(safetext.Printable(f.AnsweredBy), manner(r)), "; ")
}

// repeated says in one line what had to be asked again; empty when nothing had.
func repeated(r probe.Requests) string {
	if !r.Repeated() {
		return ""
	}
	parts := []string{"asked again: " + counted(r.Retries, "request")}
	if r.Throttled > 0 {
		parts = append(parts, "throttled by the server "+counted(r.Throttled, "time"))
	}
	if r.GivenUp > 0 {
		parts = append(parts, "given up: "+counted(r.GivenUp, "request"))
	}
	if r.Waited > 0 {
		parts = append(parts, fmt.Sprintf("waited %.1f s", r.Waited))
	}
	return strings.Join(parts, "; ")
}
