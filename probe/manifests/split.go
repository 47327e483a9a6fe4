// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"path/filepath"
	"strings"
)

// document is one YAML document of a file.
type document struct {
	file   string
	folder string // the folder that it is applied with: of the file, or of the overlay that made it
	built  bool   // by an overlay
	number int    // counted from 1 among those with content
	line   int    // of the file, where text begins
	text   []byte
}

// split cuts a file at its document markers, which in YAML stand at the start of a line and nowhere
// else. Documents of nothing but comments are left out.
func split(file string, text []byte) []document {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	var documents []document
	begin, first, number := 0, 1, 1
	end := func(at int) {
		if content := text[begin:at]; !blank(content) {
			documents = append(documents, document{file: file, folder: filepath.Dir(file), number: len(documents) + 1, line: first, text: content})
		}
	}
	for at := 0; at < len(text); number++ {
		next := len(text)
		if n := bytes.IndexByte(text[at:], '\n'); n >= 0 {
			next = at + n + 1
		}
		if rest, ok := marker(text[at:next]); ok {
			end(at)
			begin, first = next-len(rest), number
			if len(bytes.TrimSpace(rest)) == 0 {
				begin, first = next, number+1
			}
		}
		at = next
	}
	end(len(text))
	return documents
}

// marker finds --- and what follows it on its line, and the ... that ends a document.
func marker(line []byte) (rest []byte, ok bool) {
	if bytes.Equal(bytes.TrimRight(line, " \t\r\n"), []byte("...")) {
		return nil, true
	}
	rest, ok = bytes.CutPrefix(line, []byte("---"))
	return rest, ok && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0])))
}

func blank(text []byte) bool {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}
