// SPDX-License-Identifier: Apache-2.0

package page

import (
	"strconv"

	"golang.org/x/net/html"
)

// sections is the table that counts the checks of each section.
func sections(list []Section) *html.Node {
	head := element("tr", nil, element("th", nil))
	for _, name := range []string{"Section", "As expected", "Missing", "Excess", "Undetermined", "Warnings", "Other"} {
		add(head, element("th", attributes("scope", "col"), text(name)))
	}
	body := element("tbody", nil)
	for _, s := range list {
		row := element("tr", nil,
			element("td", attributes("class", "mark "+s.Worst.Class), text(s.Worst.Glyph)),
			element("th", attributes("scope", "row"), text(s.Name)),
		)
		add(row, each("td", []string{s.Pass + " of " + s.Checks, s.Missing, s.Excess, s.Undetermined, s.Warnings, s.Other})...)
		add(body, row)
	}
	return element("div", attributes("class", "wide"),
		element("table", attributes("class", "sections"), element("thead", nil, head), body))
}

// paths says where accesses lead; nil if there are none.
func paths(list []Path, more int) *html.Node {
	if len(list) == 0 {
		return nil
	}
	details := element("details", attributes("class", "paths", "open", ""), element("summary", nil, text("Where these accesses lead")))
	for _, p := range list {
		add(details, element("section", nil,
			element("p", nil, element("b", nil, text(p.Code)), text(" "+p.Claim+": "+p.LeadsTo)),
			element("ol", attributes("class", "path"), each("li", p.Steps)...),
		))
	}
	if more > 0 {
		add(details, element("p", attributes("class", "note"), text(strconv.Itoa(more)+" more are in the details of the checks.")))
	}
	return details
}

// notAsked lists what was not asked; nil if there is nothing.
func notAsked(list []string) *html.Node {
	if len(list) == 0 {
		return nil
	}
	return element("details", attributes("class", "gaps"),
		element("summary", nil, text(strconv.Itoa(len(list))+" not asked")),
		element("ul", nil, each("li", list)...),
	)
}
