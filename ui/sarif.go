// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"net/url"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// sarifSchema is where OASIS publishes the schema of SARIF 2.1.0.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// writeSARIF prints a SARIF 2.1.0 log: a result for each check that is no plain pass, at the file and
// line of the manifest that it stems from, where there is one. The account and the access are logical
// locations, as a permission itself has no place in a file. Waived checks are
// suppressed results. The types are few and our own, so that results can be written one by one.
func writeSARIF(b *bufio.Writer, r *probe.Report, _ Options) error {
	rules, place := sarifRules(r.Findings)
	var run sarifRun
	run.Tool.Driver = sarifDriver{Name: "flux-probe", Version: safetext.Printable(r.Made.Version), InformationURI: repository, Rules: rules}
	run.Invocations = []sarifInvocation{{Successful: !r.Interrupted && numbersOf(r.Summary).undetermined == 0 && r.Summary.Checks > 0}}
	run.Properties.Summary, run.Properties.Sample, run.Properties.Assumed = r.Summary, sampled(r), assumed(r)
	return encodeLast(b, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}, "[]\n    }\n  ]\n}\n", sarifResults(r, place))
}

func sarifResults(r *probe.Report, place map[string]int) iter.Seq[sarifResult] {
	return func(yield func(sarifResult) bool) {
		problemOf := problemsByFinding(r)
		for i, f := range r.Findings {
			if f.Verdict == matrix.Pass {
				continue
			}
			result := sarifResultOf(r, f, place[f.Code])
			if x, ok := problemOf[i]; ok {
				result.Message.Text += "\n" + problemText(*x)
				result.Fingerprints["problem/v1"] = safetext.Printable(x.ID)
			}
			if !yield(result) {
				return
			}
		}
	}
}

func sarifResultOf(r *probe.Report, f probe.Finding, rule int) sarifResult {
	d := describe(f)
	sum := sha256.Sum256([]byte(d.name))
	result := sarifResult{
		RuleID: safetext.Printable(f.Code), RuleIndex: rule, Level: "note",
		Message:      sarifText{strings.Join(filled(d.claim, d.because, d.reason, d.hint), "\n")},
		Fingerprints: map[string]string{"check/v1": hex.EncodeToString(sum[:])},
	}
	result.Properties.Verdict = f.Verdict
	switch {
	case r.Fails(f):
		result.Level = "error"
	case needsAttention(f):
		result.Level = "warning"
	case f.Verdict == matrix.Waived:
		result.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: waived(f)}}
	}
	var location sarifLocation
	add := func(kind, name string) {
		if name != "" {
			location.Logical = append(location.Logical, sarifLogical{FullyQualifiedName: name, Kind: kind})
		}
	}
	add("resource", strings.TrimSpace(safetext.Printable(f.Subject.Kind)+" "+subjectOf(f.Subject)))
	if f.Access != nil {
		add("resource", safetext.Printable(f.Access.Verb+" "+rowLabel(rowOf(*f.Access))))
	}
	add("declaration", safetext.Printable(f.Origin.Get().String()))
	location.Physical = sarifPhysicalOf(f.Origin.Get())
	if location.Physical != nil || len(location.Logical) > 0 {
		result.Locations = []sarifLocation{location}
	}
	return result
}

// sarifPhysicalOf is where an object of a file begins. A relative path is one from the root of the
// repository for whoever reads the log.
func sarifPhysicalOf(o matrix.Origin) *sarifPhysical {
	if o.File == "" {
		return nil
	}
	at := url.URL{Path: safetext.Printable(o.File)}
	if strings.HasPrefix(at.Path, "/") {
		at.Scheme = "file"
	}
	return &sarifPhysical{sarifArtifact{at.String()}, sarifRegion{max(1, o.Line)}}
}
