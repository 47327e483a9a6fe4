// SPDX-License-Identifier: Apache-2.0

package patch

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// text is a string as a node.
func text(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// texts is a list of strings as a node.
func texts(values []string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, value := range values {
		list.Content = append(list.Content, text(value))
	}
	return list
}

// mapping is a mapping of the fields that have a value.
func mapping(fields ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(fields); i += 2 {
		key, _ := fields[i].(string)
		switch value := fields[i+1].(type) {
		case string:
			if value != "" {
				n.Content = append(n.Content, text(key), text(value))
			}
		case []string:
			if len(value) > 0 {
				n.Content = append(n.Content, text(key), texts(value))
			}
		}
	}
	return n
}

// inline is a node on one line.
func (e *editor) inline(n *yaml.Node) (string, error) {
	if e.json {
		quoteAll(n)
	}
	if n.Kind != yaml.ScalarNode {
		n.Style |= yaml.FlowStyle
	}
	out, err := yaml.Marshal(n)
	line := strings.TrimSuffix(string(out), "\n")
	if err == nil && strings.Contains(line, "\n") {
		err = errUnusual
	}
	return line, err
}

func quoteAll(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		n.Style = yaml.DoubleQuotedStyle
	}
	for _, part := range n.Content {
		quoteAll(part)
	}
}

// block is a node as lines, each indented.
func (e *editor) block(n *yaml.Node, indent int) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if compact(e.root) {
		encoder.CompactSeqIndent()
	}
	if err := encoder.Encode(n); err != nil {
		return "", err
	}
	var b strings.Builder
	for line := range strings.Lines(out.String()) {
		b.WriteString(strings.Repeat(" ", indent) + strings.TrimSuffix(line, "\n") + e.eol)
	}
	return b.String(), nil
}

// compact reports whether the lists of a document begin in the column of their field. It is true where no list shows
// it: kubectl writes lists so.
func compact(n *yaml.Node) bool {
	for i, part := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && part.Kind == yaml.SequenceNode && !flow(part) {
			return part.Column <= n.Content[i-1].Column
		}
	}
	for _, part := range n.Content {
		if !compact(part) {
			return false
		}
	}
	return true
}

// like gives new items of a list the look of the items that it has: on one line, with lists on one line, quoted.
func like(list *yaml.Node, items []*yaml.Node) {
	if len(list.Content) == 0 {
		return
	}
	model := list.Content[len(list.Content)-1]
	for _, item := range items {
		if item.Kind == yaml.ScalarNode {
			item.Style = model.Style &^ (yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle)
			continue
		}
		item.Style |= model.Style & yaml.FlowStyle
		for i := 1; i < len(item.Content); i += 2 {
			for k := 1; k < len(model.Content); k += 2 {
				if item.Content[i].Kind == yaml.SequenceNode && model.Content[k].Kind == yaml.SequenceNode {
					item.Content[i].Style |= model.Content[k].Style & yaml.FlowStyle
				}
			}
		}
	}
}
