// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

var lockdownFormats = registry[*probe.Lockdown]{
	{"table", writeLockdownTable},
	{"json", func(b *bufio.Writer, l *probe.Lockdown, _ Options) error {
		e := json.NewEncoder(b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(l)
	}},
	{"yaml", func(b *bufio.Writer, l *probe.Lockdown, _ Options) error { return encodeYAML(b, l) }},
	{"manifests", writePreparations},
}

// LockdownFormats returns the names of the formats that WriteLockdown knows, the default first.
func LockdownFormats() []string { return lockdownFormats.names() }

// WriteLockdown prints l on w. Its errors are those of Write.
func WriteLockdown(w io.Writer, name string, l *probe.Lockdown, o Options) error {
	return lockdownFormats.write(w, name, l, o)
}

// writeLockdownTable prints what stops, what is no longer followed, and the preparations, which a terminal shows last.
func writeLockdownTable(b *bufio.Writer, l *probe.Lockdown, o Options) error {
	p := newTextPrinter(o)
	line := func(indent int, text string) {
		fmt.Fprintln(b, p.wrap(strings.Repeat(" ", indent)+text, indent+2))
	}
	if worth := withoutCluster(l.Source); worth != "" {
		line(0, p.paint(worth, yellow))
	}
	if len(l.Assumed) == 0 {
		line(0, "Flux is locked down already: every controller has the flags that keep tenants apart.")
		return nil
	}
	line(0, p.paint("What would be, not what is; assumed:", yellow))
	for _, text := range l.Assumed {
		line(2, safetext.Printable(text))
	}
	section := func(title string, n int, each func(i int)) {
		if n > 0 {
			fmt.Fprintf(b, "\n%s\n", p.paint(title, bold))
		}
		for i := range n {
			each(i)
		}
	}
	section(fmt.Sprintf("Stops to reconcile: %s", counted(len(l.Stops), "object")), len(l.Stops), func(i int) {
		s := l.Stops[i]
		text := p.glyph(MarkMissing) + " " + originText(s.Object)
		if s.Account != "" {
			text += " falls to account " + safetext.Printable(s.Account)
		}
		line(2, text)
		for _, why := range s.Why {
			line(4, safetext.Printable(why))
		}
	})
	section("No longer followed: "+counted(len(l.Blocked), "reference"), len(l.Blocked), func(i int) {
		line(2, p.glyph(MarkMissing)+" "+safetext.Printable(l.Blocked[i].Text))
		line(4, safetext.Printable(l.Blocked[i].By))
	})
	section("Reconciled as another account: "+counted(len(l.Falls), "object"), len(l.Falls), func(i int) {
		f := l.Falls[i]
		line(2, originText(f.Object)+" falls to account "+safetext.Printable(f.Account))
		line(4, safetext.Printable(f.Known))
	})
	section("Also turns up", len(l.Other), func(i int) { line(2, p.glyph(MarkMissing)+" "+safetext.Printable(l.Other[i])) })
	section("Not known", len(l.Unknown), func(i int) { line(2, p.glyph(MarkUndetermined)+" "+safetext.Printable(l.Unknown[i])) })
	section("Before that, prepare", len(l.Preparations), func(i int) { p.preparation(b, l, i, line) })
	fmt.Fprintf(b, "\n%s\n", lockdownSummary(l))
	return nil
}

func (p textPrinter) preparation(b *bufio.Writer, l *probe.Lockdown, i int, line func(int, string)) {
	x := l.Preparations[i]
	line(2, fmt.Sprintf("%d. %s", i+1, safetext.Printable(x.Summary)))
	var objects []string
	for _, o := range x.For {
		objects = append(objects, originText(o))
	}
	line(5, "for "+strings.Join(objects, ", "))
	for text := range strings.Lines(x.Manifest) {
		b.WriteString("     " + p.paint(safetext.Block(strings.TrimSuffix(text, "\n")), cyan) + "\n")
	}
}

// writePreparations prints the objects to apply, each a YAML document.
func writePreparations(b *bufio.Writer, l *probe.Lockdown, _ Options) error {
	for _, x := range l.Preparations {
		b.WriteString("# " + safetext.Printable(x.Summary) + "\n" + safetext.Block(x.Manifest))
	}
	return nil
}

func originText(o matrix.Origin) string {
	return safetext.Printable(strings.TrimSpace(o.String()))
}

// lockdownSummary is the last line.
func lockdownSummary(l *probe.Lockdown) string {
	text := counted(len(l.Stops), "object") + " " + verb(len(l.Stops), "stop") + ", " + counted(len(l.Blocked), "reference") + " " + verb(len(l.Blocked), "break")
	switch l.Result {
	case probe.ResultPass:
		return text + ": nothing turns red"
	case probe.ResultFail:
		return text + ": prepare before you set the flags, and check a preparation with --assume file=FILE"
	default:
		return text + ", as far as is known: something could not be read or answered"
	}
}
