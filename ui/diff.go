// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// DiffKind is the kind of the document that WriteDiff prints as json; its apiVersion is that of the
// report.
const DiffKind = "Diff"

var diffFormats = [...]struct {
	name  string
	write func(*bufio.Writer, []probe.Change, Options) error
}{
	{"table", writeDiffTable},
	{"json", writeDiffJSON},
	{"markdown", writeDiffMarkdown},
}

// DiffFormats are the names of the formats that WriteDiff knows, the default first.
func DiffFormats() []string {
	names := make([]string, len(diffFormats))
	for i, f := range diffFormats {
		names[i] = f.name
	}
	return names
}

// WriteDiff prints on w how two reports differ. Its errors are those of Write.
func WriteDiff(w io.Writer, name string, changes []probe.Change, o Options) error {
	for _, f := range diffFormats {
		if f.name == name {
			return flush(w, func(b *bufio.Writer) error { return f.write(b, changes, o) })
		}
	}
	return &UnknownFormatError{Format: name, Known: DiffFormats()}
}

// diffDocument is a diff as json prints it. Its fields are only ever added.
type diffDocument struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Summary    map[string]int `json:"summary"` // changes by kind
	Changes    []probe.Change `json:"changes"`
}

var changeKinds = []probe.ChangeKind{probe.Changed, probe.Granted, probe.Appeared, probe.Disappeared}

func writeDiffJSON(b *bufio.Writer, changes []probe.Change, _ Options) error {
	d := diffDocument{APIVersion: probe.APIVersion, Kind: DiffKind, Summary: map[string]int{}, Changes: []probe.Change{}}
	for _, kind := range changeKinds {
		d.Summary[string(kind)] = 0
	}
	for _, c := range changes {
		d.Summary[string(c.Kind)]++
	}
	return encodeList(b, d, slices.Values(changes))
}

// writeDiffTable prints a line for each change, and what a grant was under it.
func writeDiffTable(b *bufio.Writer, changes []probe.Change, o Options) error {
	p := newPen(o)
	for _, kind := range changeKinds {
		for _, c := range changes {
			if c.Kind != kind {
				continue
			}
			f := latest(c)
			fmt.Fprintln(b, p.wrap(fmt.Sprintf("%s %-11s  %s: %s", p.mark(f.Verdict, f.Severity), kind, tell(f).name, verdicts(c)), 2))
			if kind == probe.Granted {
				fmt.Fprintln(b, p.wrap("    was: "+grant(*c.Old), 6))
				fmt.Fprintln(b, p.wrap("    now: "+grant(*c.New), 6))
			}
		}
	}
	if len(changes) > 0 {
		b.WriteByte('\n')
	}
	_, err := fmt.Fprintln(b, p.wrap(differences(changes), 0))
	return err
}

// writeDiffMarkdown prints a table that fits a pull request comment.
func writeDiffMarkdown(b *bufio.Writer, changes []probe.Change, _ Options) error {
	fmt.Fprintf(b, "**%s**\n", differences(changes))
	if len(changes) == 0 {
		return nil
	}
	var rows bytes.Buffer
	for _, kind := range changeKinds {
		for _, c := range changes {
			if c.Kind != kind {
				continue
			}
			text := verdicts(c)
			if kind == probe.Granted {
				text = grant(*c.Old) + " → " + grant(*c.New)
			}
			fmt.Fprintf(&rows, "| %s | %s | %s |\n", kind, markdownCell(tell(latest(c)).name), markdownCell(text))
		}
	}
	_, err := fmt.Fprintf(b, "\n| change | check | what |\n|---|---|---|\n%s", rows.Bytes())
	return err
}

// markdownCell is text that no reader of Markdown takes for anything else.
func markdownCell(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+-.!|~&@:", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func latest(c probe.Change) probe.Finding {
	if c.New != nil {
		return *c.New
	}
	return *c.Old
}

// verdicts says what the check was and is.
func verdicts(c probe.Change) string {
	switch {
	case c.Old == nil:
		return weighed(*c.New)
	case c.New == nil:
		return "was " + weighed(*c.Old)
	case c.Kind == probe.Granted:
		return weighed(*c.New) + ", by another grant"
	}
	return weighed(*c.Old) + ", now " + weighed(*c.New)
}

func weighed(f probe.Finding) string {
	if f.Severity != matrix.Error && f.Failed() {
		return string(f.Verdict) + " (" + string(f.Severity) + ")"
	}
	return string(f.Verdict)
}

func grant(f probe.Finding) string {
	text := orNone(probe.Printable(f.Reason))
	if f.Via != "" {
		text += " by " + probe.Printable(f.Via)
	}
	return text
}

func differences(changes []probe.Change) string {
	if len(changes) == 0 {
		return "no differences"
	}
	var parts []string
	for _, kind := range changeKinds {
		n := 0
		for _, c := range changes {
			if c.Kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, count(n)+" "+string(kind))
		}
	}
	return strings.Join(parts, ", ")
}
