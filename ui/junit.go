// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"encoding/xml"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// junitSuite is the checks of one account in one section. Elements and attributes are those of the
// schema that Jenkins publishes; GitLab reads what Jenkins does.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	Skipped *string      `xml:"skipped"` // text alone: the schema gives it no attribute
	Error   *junitResult `xml:"error"`
	Failure *junitResult `xml:"failure"`
	Out     string       `xml:"system-out,omitempty"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// writeJUnit prints a suite for each section and account and a case for each check. A case fails, or is
// an error, when its check keeps the run from passing; other warnings and exceptions are output of a
// case that passes.
func writeJUnit(b *bufio.Writer, r *probe.Report, _ Options) error {
	failures, errors := 0, 0
	for _, f := range r.Findings {
		switch {
		case !r.Fails(f):
		case f.Verdict == matrix.Undetermined:
			errors++
		default:
			failures++
		}
	}
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	start := xml.StartElement{Name: xml.Name{Local: "testsuites"}, Attr: []xml.Attr{
		{Name: xml.Name{Local: "name"}, Value: strings.Join(filled("flux-probe", manner(r)), ", ")},
		{Name: xml.Name{Local: "tests"}, Value: decimal(len(r.Findings))},
		{Name: xml.Name{Local: "failures"}, Value: decimal(failures)},
		{Name: xml.Name{Local: "errors"}, Value: decimal(errors)},
	}}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	problemOf := problemsByFinding(r)
	for _, g := range GroupBySubject(r.Findings) {
		if err := e.Encode(junitSuiteOf(r, g, problemOf)); err != nil {
			return err
		}
	}
	if err := e.EncodeToken(start.End()); err != nil {
		return err
	}
	if err := e.Close(); err != nil {
		return err
	}
	return b.WriteByte('\n')
}

func junitSuiteOf(r *probe.Report, g SubjectGroup, problemOf map[int]*probe.Problem) junitSuite {
	suite := junitSuite{Name: safetext.Printable(g.Section), Tests: len(g.Places), Cases: make([]junitCase, len(g.Places))}
	if who := subjectOf(g.Subject); who != "" {
		suite.Name += " " + who
	}
	class := strings.ReplaceAll(suite.Name, " ", ".")
	for i, place := range g.Places {
		f := r.Findings[place]
		d := describe(f)
		c := junitCase{Name: d.name, Class: class}
		why := strings.Join(filled(d.because, d.reason, d.hint), "\n")
		if x, ok := problemOf[place]; ok {
			why = problemText(*x) + "\n" + strings.Join(filled(d.because, d.reason), "\n")
		}
		result := &junitResult{Message: d.claim, Type: string(f.Verdict), Text: why}
		switch {
		case f.Accepted():
			c.Skipped = new(strings.Join(filled(d.claim, d.reason), ": "))
			suite.Skipped++
		case r.Fails(f) && f.Verdict == matrix.Undetermined:
			c.Error = result
			suite.Errors++
		case r.Fails(f):
			c.Failure = result
			suite.Failures++
		case f.Failed():
			c.Out = string(f.Severity) + ": " + d.claim
		case f.Verdict != matrix.Pass:
			c.Out = d.claim
		}
		suite.Cases[i] = c
	}
	return suite
}
