// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// set gives a field of a mapping a value, in place or behind the other fields.
func (e *editor) set(mapping *yaml.Node, name, value string) error {
	_, old := field(mapping, name)
	if old == nil {
		return e.add(mapping, name, text(value))
	}
	if missing(old) || old.Kind != yaml.ScalarNode {
		return errUnusual
	}
	from, err := e.start(old)
	if err != nil {
		return err
	}
	to, err := e.finish(old)
	if err != nil {
		return err
	}
	n := text(value)
	n.Style = old.Style
	return e.replace(from, to, n)
}

// replace writes a node in place of a part of the text, on one line.
func (e *editor) replace(from, to int, n *yaml.Node) error {
	line, err := e.inline(n)
	e.edits = append(e.edits, edit{from, to, line})
	return err
}

// add puts a field behind the others of a mapping.
func (e *editor) add(mapping *yaml.Node, name string, value *yaml.Node) error {
	entry := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{text(name), value}}
	if !flow(mapping) {
		to, err := e.finish(mapping)
		if err != nil {
			return err
		}
		return e.insertLines(e.lineEnd(to), entry, mapping.Column-1)
	}
	line, err := e.inline(entry)
	if err != nil {
		return err
	}
	return e.insertInline(mapping, len(mapping.Content)-1, strings.TrimSuffix(strings.TrimPrefix(line, "{"), "}"))
}

// insertInline puts a text behind part last of a list or mapping on one line; at its begin for last -1.
func (e *editor) insertInline(n *yaml.Node, last int, line string) error {
	if last < 0 {
		at, err := e.start(n)
		e.edits = append(e.edits, edit{at + 1, at + 1, line})
		return err
	}
	at, err := e.finish(n.Content[last])
	if err != nil {
		return err
	}
	first := n.Content[last]
	if n.Kind == yaml.MappingNode {
		first = n.Content[last-1]
	}
	separator := ", "
	if from, err := e.start(first); err == nil && len(bytes.TrimSpace(e.text[e.lineStart(from):from])) == 0 {
		separator = "," + e.eol + string(e.text[e.lineStart(from):from]) // each part has a line of its own
	}
	e.edits = append(e.edits, edit{at, at, separator + line})
	return nil
}

// insertLines writes a node as lines of its own.
func (e *editor) insertLines(at int, n *yaml.Node, indent int) error {
	lines, err := e.block(n, indent)
	if err != nil {
		return err
	}
	if at > 0 && e.text[at-1] != '\n' { // the last line of the file does not end
		lines = e.eol + strings.TrimSuffix(lines, e.eol)
	}
	e.edits = append(e.edits, edit{at, at, lines})
	return nil
}

// list changes a list: it keeps the items that keep accepts, and gets more. owner is the mapping that has it.
func (e *editor) list(owner *yaml.Node, name string, keep func(int) bool, more []*yaml.Node) error {
	key, list := field(owner, name)
	switch {
	case list == nil:
		return e.add(owner, name, &yaml.Node{Kind: yaml.SequenceNode, Content: more})
	case missing(list), len(list.Content) == 0 && !flow(owner):
		return e.fill(owner, key, list, more)
	case list.Kind != yaml.SequenceNode:
		return errUnusual
	}
	last := -1
	for i := range list.Content {
		if keep(i) {
			last = i
		}
	}
	like(list, more)
	if last < 0 && (len(more) == 0 || flow(list)) && len(list.Content) > 0 {
		return e.relist(key, list, more)
	}
	if flow(list) {
		return e.flowItems(list, last, keep, more)
	}
	return e.blockItems(list, last, keep, more)
}

// fill gives an empty list items, below its field.
func (e *editor) fill(owner, key, list *yaml.Node, items []*yaml.Node) error {
	from, err := e.colon(key)
	if err != nil {
		return err
	}
	to := from
	if !missing(list) {
		if to, err = e.finish(list); err != nil {
			return err
		}
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Content: items}
	if flow(owner) {
		line, err := e.inline(n)
		e.edits = append(e.edits, edit{from, to, " " + line})
		return err
	}
	indent := owner.Column - 1
	if !compact(e.root) {
		indent += 2
	}
	lines, err := e.block(n, indent)
	e.edits = append(e.edits, edit{from, to, e.eol + strings.TrimSuffix(lines, e.eol)})
	return err
}

// relist writes a list on one line in place of one that keeps no item.
func (e *editor) relist(key, list *yaml.Node, items []*yaml.Node) error {
	from, err := e.colon(key)
	if err != nil {
		return err
	}
	to, err := e.finish(list)
	if err != nil {
		return err
	}
	line, err := e.inline(&yaml.Node{Kind: yaml.SequenceNode, Content: items})
	e.edits = append(e.edits, edit{from, to, " " + line})
	return err
}

func (e *editor) flowItems(list *yaml.Node, last int, keep func(int) bool, more []*yaml.Node) error {
	for _, item := range more {
		line, err := e.inline(item)
		if err != nil {
			return err
		}
		if last < 0 && item != more[0] {
			line = ", " + line
		}
		if err := e.insertInline(list, last, line); err != nil {
			return err
		}
	}
	kept := false
	for i := range list.Content {
		if keep(i) {
			kept = true
			continue
		}
		from, err := e.start(list.Content[i])
		if err != nil {
			return err
		}
		to, err := e.finish(list.Content[i])
		switch {
		case err != nil:
			return err
		case kept: // with the comma before it
			from, err = e.finish(list.Content[i-1])
		default:
			to, err = e.start(list.Content[i+1])
		}
		if err != nil {
			return err
		}
		e.edits = append(e.edits, edit{from: from, to: to})
	}
	return nil
}

func (e *editor) blockItems(list *yaml.Node, last int, keep func(int) bool, more []*yaml.Node) error {
	at := 0
	for i := range list.Content {
		from, to, err := e.itemLines(list, i)
		if err != nil {
			return err
		}
		if i == last || last < 0 && i == 0 {
			if at = to; last < 0 {
				at = from
			}
		}
		if !keep(i) {
			e.edits = append(e.edits, edit{from: from, to: to})
		}
	}
	if len(more) == 0 {
		return nil
	}
	return e.insertLines(at, &yaml.Node{Kind: yaml.SequenceNode, Content: more}, list.Column-1)
}

// itemLines are the lines of an item of a list, from that with its dash to that on which it ends.
func (e *editor) itemLines(list *yaml.Node, i int) (from, to int, err error) {
	item := list.Content[i]
	at, err := e.start(item)
	if err != nil {
		return 0, 0, err
	}
	from = e.lineStart(at)
	dash := append(bytes.Repeat([]byte(" "), list.Column-1), '-')
	if !bytes.HasPrefix(e.text[from:], dash) {
		return 0, 0, errUnusual
	}
	end, err := e.finish(item)
	if err != nil {
		return 0, 0, err
	}
	return from, e.lineEnd(end), nil
}
