// SPDX-License-Identifier: Apache-2.0

package page

import "golang.org/x/net/html"

// Turned is what an assumption changes: the problems that turn up, and those that go away.
type Turned struct {
	Line             string
	Up, Away         Mark
	Arisen, Resolved []TurnedProblem
}

// TurnedProblem is a problem by its title. One that turns up is below with all that is known of it.
type TurnedProblem struct{ ID, Title string }

// node is nil if nothing is assumed.
func (t *Turned) node() *html.Node {
	if t == nil {
		return nil
	}
	section := element("section", attributes("class", "turned", "aria-label", "what changes"), element("h2", nil, text("What changes")), element("p", nil, text(t.Line)))
	if len(t.Arisen)+len(t.Resolved) == 0 {
		return section
	}
	list := element("ul", nil)
	for _, x := range t.Arisen {
		title := element("a", attributes("href", "#problem-"+x.ID), text(x.Title))
		add(list, element("li", nil, t.Up.node(), text(" turns up: "), title))
	}
	for _, x := range t.Resolved {
		add(list, element("li", nil, t.Away.node(), text(" goes away: "+x.Title)))
	}
	add(section, list)
	return section
}
