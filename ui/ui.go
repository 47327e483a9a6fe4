// SPDX-License-Identifier: Apache-2.0

// Package ui prints a finished probe.Report, one file per format. Reports come from a run of
// package probe or, by Read, from a file that an earlier run printed; output goes to a writer:
//
//	probe.Report ──Write──▶ table, json, junit, html, …
//	file ──Read──▶ probe.Report
//
// Every format is a view of the same document. The package knows neither a cluster nor Flux.
package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// Options say how a report is drawn. The zero Options are plain UTF-8 text of any width.
type Options struct {
	Color      bool // repeat the marks in colour, by ANSI sequences
	ASCII      bool // marks and separators of ASCII only; text from the cluster stays as it is
	FailedOnly bool // text formats: only what failed; the documents of json and yaml stay whole
	Width      int  // cells of a line; 0 is unlimited
}

// format is one value of -o: a new format is a file with its function and a line in formats.
type format struct {
	name  string
	write func(*bufio.Writer, *probe.Report, Options) error
}

var formats = [...]format{
	{"table", whole(writeTable)},
	{"wide", whole(writeWide)},
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

// Formats are the names of the formats that Write knows, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// UnknownFormatError is a format that does not exist: a mistake in the call, not in the report.
type UnknownFormatError struct {
	Format string
	Known  []string
}

// Error names the formats that there are.
func (e *UnknownFormatError) Error() string {
	return fmt.Sprintf("unknown output format %q: use one of %s", e.Format, strings.Join(e.Known, ", "))
}

// Write prints r on w in the named format. Its error is an UnknownFormatError or that of w, which
// may then hold a part of the output.
func Write(w io.Writer, name string, r *probe.Report, o Options) error {
	for _, f := range formats {
		if f.name == name {
			return flush(w, func(b *bufio.Writer) error { return f.write(b, r, o) })
		}
	}
	return &UnknownFormatError{Format: name, Known: Formats()}
}

// flush gives write a buffer before w, which keeps the first error of w.
func flush(w io.Writer, write func(*bufio.Writer) error) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := write(b); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

// whole makes the output in memory before any of it is written, for what goes through a table
// renderer, which loses the errors of its writer.
func whole(write func(*bytes.Buffer, *probe.Report, Options) error) func(*bufio.Writer, *probe.Report, Options) error {
	return func(w *bufio.Writer, r *probe.Report, o Options) error {
		var b bytes.Buffer
		if err := write(&b, r, o); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	}
}
