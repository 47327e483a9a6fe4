// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// errUnusual is returned for YAML that cannot be changed in place, such as anchors, tags and texts of several lines.
var errUnusual = errors.New("it is written in a way that cannot be changed in place")

// apply makes edits in a text. Those at one place are made in their order.
func apply(text []byte, edits []edit) string {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(a.from-b.from, (a.to-a.from)-(b.to-b.from)) })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.Write(text[at:max(at, e.from)])
		b.WriteString(e.text)
		at = max(at, e.to)
	}
	b.Write(text[at:])
	return b.String()
}

// editor changes one document of a file.
type editor struct {
	*file
	document
	starts []int // where the lines of the document begin
	root   *yaml.Node
	json   bool // it is JSON
}

func newEditor(f *file, d document) (*editor, error) {
	e := &editor{file: f, document: d, starts: []int{d.begin}}
	content := f.text[d.begin:d.end]
	for i, c := range content {
		if c == '\n' {
			e.starts = append(e.starts, d.begin+i+1)
		}
	}
	var n yaml.Node
	if err := yaml.Unmarshal(content, &n); err != nil {
		return nil, err
	}
	if len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
		return nil, errUnusual
	}
	e.root = n.Content[0]
	e.json = flow(e.root) && len(e.root.Content) > 0 && e.root.Content[0].Style&yaml.DoubleQuotedStyle != 0
	return e, nil
}

func flow(n *yaml.Node) bool { return n.Style&yaml.FlowStyle != 0 }

// start is where a node begins in the text of the file.
func (e *editor) start(n *yaml.Node) (int, error) {
	if n.Line < 1 || n.Line > len(e.starts) || n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0 {
		return 0, errUnusual
	}
	at := e.starts[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(e.text[at:])
		at += size
	}
	return at, nil
}

// finish is where a node ends.
func (e *editor) finish(n *yaml.Node) (int, error) {
	from, err := e.start(n)
	if err != nil {
		return 0, err
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		return e.scalarEnd(n, from)
	case flow(n):
		return e.flowEnd(n, from)
	case len(n.Content) == 0:
		return 0, errUnusual
	}
	last := n.Content[len(n.Content)-1]
	if missing(last) && n.Kind == yaml.MappingNode {
		return e.colon(n.Content[len(n.Content)-2])
	}
	return e.finish(last)
}

// missing reports whether a node stands for a value that is not written.
func missing(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Tag == "!!null"
}

// colon is the place behind the colon of a key.
func (e *editor) colon(key *yaml.Node) (int, error) {
	at, err := e.finish(key)
	if err != nil {
		return 0, err
	}
	for at < len(e.text) && e.text[at] == ' ' {
		at++
	}
	if at == len(e.text) || e.text[at] != ':' {
		return 0, errUnusual
	}
	return at + 1, nil
}

func (e *editor) scalarEnd(n *yaml.Node, from int) (int, error) {
	rest := e.text[from:e.end]
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case '"':
				return from + i + 1, nil
			}
		}
	case n.Style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(rest); i++ {
			if rest[i] == '\'' {
				if i+1 < len(rest) && rest[i+1] == '\'' {
					i++
					continue
				}
				return from + i + 1, nil
			}
		}
	case n.Style == 0 && n.Value != "" && bytes.HasPrefix(rest, []byte(n.Value)):
		return from + len(n.Value), nil
	}
	return 0, errUnusual
}

// flowEnd finds the bracket that closes a list or a mapping, behind its last part.
func (e *editor) flowEnd(n *yaml.Node, from int) (int, error) {
	at := from + 1
	if len(n.Content) > 0 {
		last := n.Content[len(n.Content)-1]
		if missing(last) {
			return 0, errUnusual
		}
		var err error
		if at, err = e.finish(last); err != nil {
			return 0, err
		}
	}
	want := byte(']')
	if n.Kind == yaml.MappingNode {
		want = '}'
	}
	for comment := false; at < e.end; at++ {
		switch c := e.text[at]; {
		case c == '\n':
			comment = false
		case comment, c == ' ', c == '\t', c == '\r', c == ',':
		case c == '#':
			comment = true
		case c == want:
			return at + 1, nil
		default:
			return 0, errUnusual
		}
	}
	return 0, errUnusual
}

// lineStart is where the line of a place begins.
func (e *editor) lineStart(at int) int { return bytes.LastIndexByte(e.text[:at], '\n') + 1 }

// lineEnd is where the line after a place begins.
func (e *editor) lineEnd(at int) int {
	if i := bytes.IndexByte(e.text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(e.text)
}

// field returns the key and the value of a field of a mapping, nil when it has none.
func field(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}
