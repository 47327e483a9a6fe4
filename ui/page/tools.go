// SPDX-License-Identifier: Apache-2.0

package page

import "golang.org/x/net/html"

// tools are hidden until the script makes them work.
func tools() *html.Node {
	return element("div", attributes("class", "tools", "role", "search", "hidden", ""),
		element("label", nil, text("Filter "), element("input", attributes("id", "filter", "type", "search",
			"placeholder", "all words must match: shop delete !pass", "autocomplete", "off", "spellcheck", "false"))),
		element("label", nil, element("input", attributes("id", "failing", "type", "checkbox")), text(" failing only")),
		element("span", attributes("id", "shown", "role", "status")),
		element("button", attributes("id", "theme", "type", "button"), text("Toggle theme")),
	)
}

// legend explains the marks and the keys.
func legend(marks []Mark) *html.Node {
	p := element("p", attributes("class", "legend"))
	for _, m := range marks {
		add(p, element("span", nil, m.node(), text(" "+m.Name)), text(" "))
	}
	keys := element("span", attributes("class", "keys"))
	for _, k := range [][2]string{{"/", "filter"}, {"f", "failing"}, {"←↑→↓", "move"}, {"Enter", "detail"}, {"Esc", "close"}} {
		add(keys, element("kbd", nil, text(k[0])), text(" "+k[1]+" "))
	}
	add(p, keys)
	return p
}
