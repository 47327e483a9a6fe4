// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"encoding/xml"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
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

// writeJUnit prints a suite for each section and account and a case for each check. A check fails
// as it fails the run: what is a warning or an exception passes, and says so.
func writeJUnit(b *bufio.Writer, r *probe.Report, _ Options) error {
	s := r.Summary
	b.WriteString(xml.Header)
	e := xml.NewEncoder(b)
	e.Indent("", "  ")
	start := xml.StartElement{Name: xml.Name{Local: "testsuites"}, Attr: []xml.Attr{
		{Name: xml.Name{Local: "name"}, Value: "flux-probe"},
		{Name: xml.Name{Local: "tests"}, Value: decimal(s.Checks)},
		{Name: xml.Name{Local: "failures"}, Value: decimal(s.Missing + s.Excess)},
		{Name: xml.Name{Local: "errors"}, Value: decimal(s.Undetermined)},
	}}
	if err := e.EncodeToken(start); err != nil {
		return err
	}
	for _, suite := range bySubject(r.Findings) {
		if err := e.Encode(junitOf(suite)); err != nil {
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

// bySubject are the findings by section and subject, in order of first appearance.
func bySubject(findings []probe.Finding) [][]probe.Finding {
	type key struct {
		section string
		subject matrix.Subject
	}
	place := make(map[key]int)
	var groups [][]probe.Finding
	for _, f := range findings {
		k := key{f.Section, f.Subject}
		i, ok := place[k]
		if !ok {
			i, groups = len(groups), append(groups, nil)
			place[k] = i
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

func junitOf(findings []probe.Finding) junitSuite {
	suite := junitSuite{Name: probe.Printable(findings[0].Section), Tests: len(findings), Cases: make([]junitCase, len(findings))}
	if who := subjectOf(findings[0].Subject); who != "" {
		suite.Name += " " + who
	}
	class := strings.ReplaceAll(suite.Name, " ", ".")
	for i, f := range findings {
		t := tell(f)
		c := junitCase{Name: t.name, Class: class}
		result := &junitResult{Message: t.claim, Type: string(f.Verdict), Text: strings.Join(filled(t.because, t.reason, t.hint), "\n")}
		switch {
		case f.Verdict == matrix.Waived:
			c.Skipped = new(strings.Join(filled(t.claim, t.reason), ": "))
			suite.Skipped++
		case failsRun(f) && f.Verdict == matrix.Undetermined:
			c.Error = result
			suite.Errors++
		case failsRun(f):
			c.Failure = result
			suite.Failures++
		case f.Failed():
			c.Out = string(f.Severity) + ": " + t.claim
		case f.Verdict != matrix.Pass:
			c.Out = t.claim
		}
		suite.Cases[i] = c
	}
	return suite
}
