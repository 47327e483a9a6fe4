// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"cmp"
	"encoding/json"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui/page"
)

// pagePaths is how many paths are drawn before the checks; the details of the checks have all.
const pagePaths = 100

// writeHTML prints one page that needs nothing else: its policy allows no request, and no script or
// style but its own. What its script draws comes from the data that is printed after the text.
func writeHTML(b *bufio.Writer, r *probe.Report, _ Options) error {
	if err := page.Write(b, pageOf(r)); err != nil {
		return err
	}
	b.WriteString(`<script type="application/json" id="data">`)
	if err := writePageData(b, r); err != nil {
		return err
	}
	b.WriteString("</script>\n<script>" + page.Script)
	_, err := b.WriteString("</script>\n</body>\n</html>\n")
	return err
}

func pageOf(r *probe.Report) page.Page {
	p := newTextPrinter(Options{Saved: true})
	d := page.Page{
		Cluster: safetext.Printable(r.Cluster.Context), About: p.header(r), Line: p.summary(r),
		Overall: pageMark(overall(r.Summary)), Checks: r.Summary.Checks, Remarks: remarks(r),
		Turned: pageTurned(r),
	}
	for _, s := range countSections(r.Findings) {
		c, n := s.counts, numbersOf(s.counts)
		d.Sections = append(d.Sections, page.Section{
			Name: safetext.Printable(s.name), Worst: pageMark(s.worst), Pass: count(c.Pass), Checks: count(c.Checks),
			Missing: count(n.missing), Excess: count(n.excess), Undetermined: count(n.undetermined), Warnings: count(n.warnings),
			Other: count(c.Checks - c.Pass - n.failed - n.warnings),
		})
	}
	addPaths(&d, r)
	for _, m := range verdictMarks {
		legend := pageMark(m)
		legend.Name = string(marks[m].verdict)
		d.Legend = append(d.Legend, legend)
	}
	d.Legend = append(d.Legend, page.Mark{Class: string(matrix.Pass), Glyph: MarkDenied.Glyph(false), Name: "denied, as it must be"},
		page.Mark{Class: "missing minor", Glyph: MarkMissingWarning.Glyph(false), Name: "warning"})
	for _, g := range r.NotAsked {
		d.NotAsked = append(d.NotAsked, safetext.Printable(strings.Join(filled(g.Section, g.What, g.Why), ": ")+standing(g)))
	}
	d.Failed, d.MoreFailed = pageFailures(r)
	d.ListFailed = len(d.Failed) <= pageRowsOpen
	for _, x := range r.Problems {
		d.Problems = append(d.Problems, pageProblem(r, x))
	}
	return d
}

// pageMark is a mark in the colour of its verdict.
func pageMark(m Mark) page.Mark {
	return page.Mark{Class: string(marks[m].verdict), Glyph: m.Glyph(false)}
}

// addPaths adds a path for each group of findings that lead to the same goal in the same way.
func addPaths(d *page.Page, r *probe.Report) {
	for _, places := range groupBy(r.Findings, func(f *probe.Finding) string {
		return f.Code + "\n" + f.Subject.String() + "\n" + LeadsTo(*f)
	}) {
		f := r.Findings[places[0]]
		switch {
		case f.LeadsTo == nil:
		case len(d.Paths) == pagePaths:
			d.MorePaths++
		default:
			d.Paths = append(d.Paths, page.Path{Code: safetext.Printable(f.Code), Claim: describe(f).claim, LeadsTo: LeadsTo(f), Steps: Steps(f)})
		}
	}
}

// pageColumns are the texts of a finding in the data of the page, by which the script finds them.
var pageColumns = [...]string{
	"section", "code", "verdict", "severity", "account", "verb", "access", "want", "because", "reason", "via", "observed", "hint", "anchor", "waiver", "weight", "object", "leadsTo", "steps",
}

// The weights of a finding in the data of the page.
const (
	weightFails = "fails" // keeps the run from passing
	weightWarns = "warns" // a warning that does not
)

// writePageData prints the findings as rows of numbers into a list of texts, which most findings
// share. encoding/json escapes <, > and &, so that no text can end the script element.
func writePageData(b *bufio.Writer, r *probe.Report) error {
	head, err := json.Marshal(pageColumns)
	if err != nil {
		return err
	}
	b.WriteString(`{"columns":`)
	b.Write(head)
	b.WriteString(`,"glyphs":{`)
	separator := ""
	for _, m := range verdictMarks {
		b.WriteString(separator + `"` + string(marks[m].verdict) + `":"` + m.Glyph(false) + `"`)
		separator = ","
	}
	b.WriteString(`},"denied":"` + MarkDenied.Glyph(false) + `","warning":"` + MarkMissingWarning.Glyph(false) + `","findings":[`)
	var texts []string
	place := make(map[string]int)
	for i, f := range r.Findings {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, text := range pageRow(r, f) {
			n, ok := place[text]
			if !ok {
				n, texts = len(texts), append(texts, text)
				place[text] = n
			}
			b.WriteByte("[,"[min(j, 1)])
			b.WriteString(decimal(n))
		}
		b.WriteByte(']')
	}
	b.WriteString(`],"texts":[`)
	for i, text := range texts {
		quoted, err := json.Marshal(text)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted)
	}
	_, err = b.WriteString("]}")
	return err
}

// pageRow is f in the order of pageColumns. A verdict that is not known is shown as undetermined.
func pageRow(r *probe.Report, f probe.Finding) [len(pageColumns)]string {
	verdict := cmp.Or(marks[MarkOf(&f)].verdict, matrix.Undetermined)
	weight := ""
	switch {
	case r.Fails(f):
		weight = weightFails
	case needsAttention(f):
		weight = weightWarns
	}
	row := [len(pageColumns)]string{
		f.Section, f.Code, string(verdict), string(f.Severity), subjectOf(f.Subject), "", "",
		string(f.Want), because(f), ReasonOf(f.Reason), f.Via, f.Observed, f.Hint, anchor(f.Code), accepted(f), weight, typedObject(f.Origin.Get()), LeadsTo(f),
	}
	if f.Access != nil {
		row[5], row[6] = f.Access.Verb, rowLabel(rowOf(*f.Access))
	}
	for i := range row {
		row[i] = safetext.Printable(row[i])
	}
	row[len(row)-1] = strings.Join(Steps(f), "\n")
	return row
}
