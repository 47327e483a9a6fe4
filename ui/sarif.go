// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sarifSchema is where OASIS publishes the schema of SARIF 2.1.0.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// writeSARIF prints a SARIF 2.1.0 log: a result for each check that is no plain pass, with the
// account and the access as logical locations, as a permission has no file and line. Waived checks
// are suppressed results. The types are few and their own, so that results can be written one by one.
func writeSARIF(b *bufio.Writer, r *probe.Report, _ Options) error {
	rules, place := sarifRules(r.Findings)
	var run sarifRun
	run.Tool.Driver = sarifDriver{Name: "flux-probe", InformationURI: repository, Rules: rules}
	run.Invocations = []sarifInvocation{{Successful: !r.Interrupted && r.Summary.Undetermined == 0 && r.Summary.Checks > 0}}
	run.Properties.Summary = r.Summary
	return encodeLast(b, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}, "[]\n    }\n  ]\n}\n", sarifResults(r.Findings, place))
}

// sarifRules are a rule for each code, in order of first appearance, and the place of each.
func sarifRules(findings []probe.Finding) ([]sarifRule, map[string]int) {
	rules, place := []sarifRule{}, make(map[string]int)
	for _, f := range findings {
		if _, ok := place[f.Code]; ok {
			continue
		}
		place[f.Code] = len(rules)
		code := probe.Printable(f.Code)
		rules = append(rules, sarifRule{
			ID: code, Short: sarifText{probe.Printable(f.Section) + ": " + probe.Printable(f.Because)},
			HelpURI: anchor(code),
		})
	}
	return rules, place
}

func sarifResults(findings []probe.Finding, place map[string]int) iter.Seq[sarifResult] {
	return func(yield func(sarifResult) bool) {
		for _, f := range findings {
			if f.Verdict != matrix.Pass && !yield(sarifResultOf(f, place[f.Code])) {
				return
			}
		}
	}
}

func sarifResultOf(f probe.Finding, rule int) sarifResult {
	t := tell(f)
	sum := sha256.Sum256([]byte(t.name))
	result := sarifResult{
		RuleID: probe.Printable(f.Code), RuleIndex: rule, Level: "note",
		Message:      sarifText{strings.Join(filled(t.claim, t.because, t.reason, t.hint), "\n")},
		Fingerprints: map[string]string{"check/v1": hex.EncodeToString(sum[:])},
	}
	result.Properties.Verdict = f.Verdict
	switch {
	case failsRun(f):
		result.Level = "error"
	case warns(f):
		result.Level = "warning"
	case f.Verdict == matrix.Waived:
		result.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: strings.Join(filled(t.reason, t.hint), "\n")}}
	}
	var location sarifLocation
	add := func(kind, name string) {
		if name != "" {
			location.Logical = append(location.Logical, sarifLogical{FullyQualifiedName: name, Kind: kind})
		}
	}
	add("resource", strings.TrimSpace(probe.Printable(f.Subject.Kind)+" "+subjectOf(f.Subject)))
	if f.Access != nil {
		add("resource", probe.Printable(f.Access.Verb+" "+rowLabel(rowOf(*f.Access))))
	}
	add("declaration", probe.Printable(f.Origin.String()))
	if len(location.Logical) > 0 {
		result.Locations = []sarifLocation{location}
	}
	return result
}
