// SPDX-License-Identifier: Apache-2.0

package page

import (
	"strings"

	"golang.org/x/net/html"
)

// problems are open, so that they are read without a click; nil if there are none.
func problems(list []Problem) *html.Node {
	if len(list) == 0 {
		return nil
	}
	section := element("section", attributes("class", "problems", "aria-label", "problems"), element("h2", nil, text("Problems")))
	for _, x := range list {
		title := x.Title
		if x.Severity != "" {
			title = x.Severity + ": " + title
		}
		details := element("details", attributes("open", "", "id", "problem-"+x.ID, "data-checks", x.Checks),
			element("summary", nil, x.Mark.node(), text(" "+title)),
			x.terms(),
		)
		if x.Patch != "" {
			add(details, element("pre", nil, text(x.Patch)))
		}
		add(section, details)
	}
	return section
}

// terms are the parts of a problem as a list of terms and what they are.
func (x Problem) terms() *html.Node {
	list := element("dl", nil)
	term := func(name string, children ...*html.Node) {
		add(list, element("dt", nil, text(name)), element("dd", nil, children...))
	}
	line := func(name, value string) {
		if value != "" {
			term(name, text(value))
		}
	}
	if len(x.Effect) > 0 {
		term("effect", each("p", x.Effect)...)
	}
	line("leads to", x.Leads)
	line("cause", x.Cause)
	line("fix", x.Fix)
	if len(x.Commands) > 0 {
		term("commands", element("pre", nil, text(strings.Join(x.Commands, "\n"))))
	}
	line("owner", x.Owner)
	line("proof", x.Proof)
	return list
}
