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

// writeSARIF prints a SARIF 2.1.0 log: a result for each problem, with its id as the fingerprint, and one for each
// other check that is no plain pass. A result stands at the file and line of the manifest that it stems from, where
// there is one. The object at fault, or the account and the access, are logical locations, as a permission itself has
// no place in a file. What is waived or in the baseline is a suppressed result, with the word for it. The types are
// few and our own, so that results can be written one by one.
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
		part := map[int]bool{}
		for _, problems := range [][]probe.Problem{r.Problems, r.Accepted} {
			for _, x := range problems {
				result, ok := sarifProblem(r, x, place)
				if !ok {
					continue // a report that somebody changed
				}
				for _, i := range x.Checks {
					part[i] = true
				}
				if !yield(result) {
					return
				}
			}
		}
		for i, f := range r.Findings {
			if f.Verdict != matrix.Pass && !part[i] && !yield(sarifResultOf(r, f, place[f.Code])) {
				return
			}
		}
	}
}

// sarifProblem is the result of a problem: that of the worst of its checks, with the words, the place and the
// identity of the problem.
func sarifProblem(r *probe.Report, x probe.Problem, place map[string]int) (sarifResult, bool) {
	var worst *probe.Finding
	var names []string
	for _, i := range x.Checks {
		if i < 0 || i >= len(r.Findings) {
			continue
		}
		f := &r.Findings[i]
		names = append(names, describe(*f).name)
		if worst == nil || MarkOf(f) > MarkOf(worst) {
			worst = f
		}
	}
	if worst == nil {
		return sarifResult{}, false
	}
	result := sarifResultOf(r, *worst, place[worst.Code])
	result.Message.Text = problemText(x)
	result.Fingerprints = map[string]string{"problem/v1": safetext.Printable(x.ID)}
	result.Properties.Checks = names
	at := worst.Origin.Get()
	if x.Owner.File != "" {
		at.File, at.Line = x.Owner.File, x.Owner.Line
	}
	if x.Cause.Kind != "" {
		location := sarifLocation{Physical: sarifPhysicalOf(at), Logical: []sarifLogical{{FullyQualifiedName: safetext.Printable(x.Cause.Origin().String()), Kind: "declaration"}}}
		result.Locations = []sarifLocation{location}
	}
	return result, true
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
	case f.Accepted():
		result.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: acceptance(f.Verdict) + ": " + accepted(f)}}
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
