// SPDX-License-Identifier: Apache-2.0

// Package ui prints a probe.Report, one file per format. Reports come from a run of package probe,
// before or after it has asked, or, by Read, from a file that an earlier run printed; output goes to a
// writer:
//
//	probe.Report ──Write──▶ table, json, junit, html, …
//	probe.Report ──WriteMatrix──▶ what would be asked
//	file ──Read──▶ probe.Report
//
// Every format is a view of the same document. The package knows neither a cluster nor Flux.
package ui

import (
	"io"

	"github.com/flux-probe/flux-probe/probe"
)

// Options are how a report is drawn. The zero Options are plain UTF-8 text of any width.
type Options struct {
	Color      bool // repeat the marks in colour, by ANSI sequences
	ASCII      bool // marks and separators of ASCII only; text from the cluster stays as it is
	FailedOnly bool // text formats: only what failed; the documents of json and yaml stay whole
	Width      int  // cells of a line; 0 is unlimited
	Height     int  // lines of the terminal, for what has to be on its last screen; 0 is unlimited
	Saved      bool // text formats: say when the report was made, since it is not shown by the run itself

	// Program is how the user calls flux-probe, in the commands of hints. Documents that are saved to be
	// shown again, json and yaml, keep its own name.
	Program string

	// Flags are the flags with which the commands of hints reach what was probed, as they are typed, with a space
	// before: " --context prod".
	Flags string

	// Next is the command that fixes what failed, as it is typed. Text formats end with it when there are problems.
	Next string
}

var reportFormats = registry[*probe.Report]{
	{"table", writeTable},
	{"wide", writeWide},
	{"json", writeJSON},
	{"yaml", writeYAML},
	{"junit", writeJUnit},
	{"sarif", writeSARIF},
	{"markdown", writeMarkdown},
	{"html", writeHTML},
	{"csv", writeCSV},
	{"openreports", writeOpenReports},
	{"github", writeGitHub},
	{"name", writeName},
}

// Formats returns the names of the formats that Write knows, the default first.
func Formats() []string { return reportFormats.names() }

// Write prints r on w in the named format. Its error is an UnknownFormatError or that of w, which
// may then hold a part of the output.
func Write(w io.Writer, name string, r *probe.Report, o Options) error {
	if name != "json" && name != "yaml" {
		r = o.typedIn(r)
	}
	return reportFormats.write(w, name, r, o)
}
