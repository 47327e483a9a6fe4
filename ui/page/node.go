// SPDX-License-Identifier: Apache-2.0

package page

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// element is an element with its children; what is nil is left out.
func element(name string, attributes []html.Attribute, children ...*html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name)), Attr: attributes}
	add(n, children...)
	return n
}

func add(n *html.Node, children ...*html.Node) {
	for _, child := range children {
		if child != nil {
			n.AppendChild(child)
		}
	}
}

// attributes are pairs of a name and a value; that of an attribute without one, such as hidden, is empty.
func attributes(pairs ...string) []html.Attribute {
	list := make([]html.Attribute, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, html.Attribute{Key: pairs[i], Val: pairs[i+1]})
	}
	return list
}

// text is what stands in an element.
func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// each is an element of one kind for each text.
func each(name string, texts []string) []*html.Node {
	nodes := make([]*html.Node, 0, len(texts))
	for _, t := range texts {
		nodes = append(nodes, element(name, nil, text(t)))
	}
	return nodes
}

// node is the mark in the colour of its verdict.
func (m Mark) node() *html.Node {
	return element("span", attributes("class", "mark "+m.Class), text(m.Glyph))
}
