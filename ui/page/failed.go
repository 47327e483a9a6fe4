// SPDX-License-Identifier: Apache-2.0

package page

import (
	"strconv"

	"golang.org/x/net/html"
)

// failed lists the failed checks; nil if there are none.
func (p Page) failed() *html.Node {
	if len(p.Failed) == 0 {
		return nil
	}
	head := element("tr", nil, element("th", nil))
	for _, name := range []string{"Check", "Severity", "Account", "Access", "Reason"} {
		add(head, element("th", attributes("scope", "col"), text(name)))
	}
	body := element("tbody", nil)
	for _, f := range p.Failed {
		add(body, element("tr", nil,
			element("td", nil, f.Mark.node()),
			element("th", attributes("scope", "row"), text(f.Code)),
			element("td", nil, text(f.Severity)),
			element("td", nil, text(f.Account)),
			element("td", nil, each("p", f.Access)...),
			element("td", nil, each("p", f.Reasons)...),
		))
	}
	shown := attributes("class", "failed")
	if p.ListFailed {
		shown = attributes("class", "failed", "open", "")
	}
	details := element("details", shown,
		element("summary", nil, text("Failed checks")),
		element("div", attributes("class", "wide"), element("table", nil, element("thead", nil, head), body)),
	)
	if p.MoreFailed > 0 {
		add(details, element("p", attributes("class", "note"), text(strconv.Itoa(p.MoreFailed)+" more are in the matrix.")))
	}
	return details
}
