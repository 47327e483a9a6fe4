// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"bytes"
	"os"
	"strings"
)

// file is a file of manifests that is to be changed.
type file struct {
	path     string
	text     []byte
	eol      string // how its lines end
	edits    []edit
	appended []string // documents that follow the last one
}

// edit replaces a part of a text.
type edit struct {
	from, to int
	text     string
}

func readFile(path string) (*file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, text: text, eol: "\n"}
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		f.eol = "\r\n"
	}
	return f, nil
}

// document is a YAML document in a file.
type document struct {
	marker int // where its --- begins; where the text begins for a first document without one
	begin  int // where its content begins
	end    int // where the next marker begins, or the text ends
	line   int // of begin, counted from 1
}

// documents splits the text at its markers, which in YAML stand at the start of a line and nowhere else.
func (f *file) documents() []document {
	begin := 0
	if bytes.HasPrefix(f.text, []byte("\ufeff")) {
		begin = len("\ufeff")
	}
	all := []document{{marker: 0, begin: begin, line: 1}}
	at, number := 0, 1
	for line := range bytes.Lines(f.text) {
		if rest, ok := bytes.CutPrefix(line, []byte("---")); ok && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0]))) {
			all[len(all)-1].end = at
			next := document{marker: at, begin: at + len(line), line: number + 1}
			if len(bytes.TrimSpace(rest)) > 0 { // content can follow on the line of the marker
				next.begin, next.line = at+len("---"), number
			}
			all = append(all, next)
		}
		at, number = at+len(line), number+1
	}
	all[len(all)-1].end = len(f.text)
	return all
}

// empty reports whether a document has nothing but comments.
func (f *file) empty(d document) bool {
	for line := range bytes.Lines(f.text[d.begin:d.end]) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && line[0] != '%' && !bytes.Equal(line, []byte("...")) {
			return false
		}
	}
	return true
}

// at returns the document that a line, counted from 1, is in.
func (f *file) at(line int) document {
	all := f.documents()
	found := all[0]
	for _, d := range all {
		if d.line <= line {
			found = d
		}
	}
	return found
}

// remove takes a document out with its marker, which for the first document is that of the next.
func (f *file) remove(d document) {
	all := f.documents()
	if d == all[0] && len(all) > 1 {
		d.end = all[1].begin
	}
	f.edits = append(f.edits, edit{from: d.marker, to: d.end})
}

// changed is the text with all edits and appended documents.
func (f *file) changed() string {
	text := apply(f.text, f.edits)
	for _, document := range f.appended {
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += f.eol
		}
		if text != "" {
			text += "---" + f.eol
		}
		text += strings.ReplaceAll(document, "\n", f.eol)
	}
	return text
}
