// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/paths"
)

var pathsFormats = registry[*paths.Report]{
	{"table", writePathsTable},
	{"json", writePathsJSON},
	{"yaml", func(b *bufio.Writer, r *paths.Report, _ Options) error { return encodeYAML(b, r) }},
	{"markdown", writePathsMarkdown},
	{"dot", writePathsDot},
}

// PathsFormats returns the names of the formats that WritePaths knows, the default first.
func PathsFormats() []string { return pathsFormats.names() }

// WritePaths prints r on w. Its errors are those of Write.
func WritePaths(w io.Writer, name string, r *paths.Report, o Options) error {
	return pathsFormats.write(w, name, r, o)
}

// confirmation says what the permission of a hop rests on.
func confirmation(confirmed bool) string {
	if confirmed {
		return "confirmed by the API server"
	}
	return "by RBAC as it was read"
}

// cutSize says how good a cut is.
func cutSize(c paths.Cut) string {
	text := "a smaller set may do"
	switch {
	case c.Minimum:
		text = "no smaller set does"
	case c.Minimal:
		text = "no part of it can be left out"
	}
	if !c.Proven {
		text += "; not proven: a path is left without it"
	}
	return text
}

func writePathsTable(b *bufio.Writer, r *paths.Report, o Options) error {
	p := newTextPrinter(o)
	line := func(indent int, text string) {
		fmt.Fprintln(b, p.wrap(fmt.Sprintf("%*s%s", indent, "", safetext.Printable(text)), indent+2))
	}
	for _, worth := range filled(assumption(r.Assumed), withoutCluster(r.Source)) {
		line(0, worth)
	}
	for _, path := range r.Paths {
		line(0, fmt.Sprintf("%s to %s: %s", path.From, goalTitle(path.Goal, path.Reaches), counted(len(path.Hops), "step")))
		for i, h := range path.Hops {
			line(2, fmt.Sprintf("%d. %s can %s (%s)", i+1, h.As, h.Access, confirmation(h.Confirmed)))
			line(5, h.GrantedBy)
			if h.Because != "" {
				line(5, "because "+h.Because)
			}
			for _, read := range h.Read {
				line(5, "as read: "+read)
			}
			if h.Becomes != "" {
				line(5, "leads to "+h.Becomes)
			}
		}
		fmt.Fprintln(b)
	}
	for _, c := range r.Cuts {
		line(0, fmt.Sprintf("To cut every path to %s, remove (%s):", c.Goal, cutSize(c)))
		for _, grant := range c.Remove {
			line(2, "- "+grant)
		}
		for _, account := range c.Uncut {
			line(2, "- nothing cuts the path of "+account+": Flux or the cluster needs what it rests on")
		}
	}
	for _, u := range r.Unknown {
		line(0, "not known: "+u)
	}
	line(0, counted(len(r.Paths), "path")+" from "+counted(r.From, "account")+", "+counted(r.Reviews, "review")+": "+string(r.Result))
	return nil
}

func writePathsJSON(b *bufio.Writer, r *paths.Report, _ Options) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
