// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// openReport is a Report or ClusterReport of openreports.io/v1alpha1, with the fields that are filled
// here (openreports/reports-api apis/openreports.io/v1alpha1@v0.2.1). The types of that module always
// print a timestamp, which would be a false one, and bring a Kubernetes client of their own.
type openReport struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Metadata   openMetadata `json:"metadata"`
	Source     string       `json:"source"`
	Scope      *openObject  `json:"scope,omitempty"`
	Summary    openSummary  `json:"summary"`
	Results    []openResult `json:"results"`
}

type openMetadata struct {
	Name      string     `json:"name"`
	Namespace string     `json:"namespace,omitempty"`
	Labels    openLabels `json:"labels"`
}

type openLabels struct {
	ManagedBy string `json:"app.kubernetes.io/managed-by"`
}

type openObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

type openSummary struct {
	Pass  int `json:"pass"`
	Fail  int `json:"fail"`
	Warn  int `json:"warn"`
	Error int `json:"error"`
	Skip  int `json:"skip"`
}

type openResult struct {
	Policy     string         `json:"policy"`
	Rule       string         `json:"rule"`
	Category   string         `json:"category"`
	Severity   string         `json:"severity"`
	Result     string         `json:"result"`
	Scored     bool           `json:"scored,omitempty"`
	Message    string         `json:"message"`
	Properties openProperties `json:"properties"`
}

type openProperties struct {
	Verdict string `json:"verdict"`
	Problem string `json:"problem,omitempty"` // id of the problem that the check is part of
	Reason  string `json:"reason,omitempty"`
	Because string `json:"because,omitempty"`
	Hint    string `json:"hint,omitempty"`
	Sample  string `json:"sample,omitempty"` // of a run that was to ask only a sample
	Assumed string `json:"assumed,omitempty"`
}

// openBytes is about how much text a report can hold: kubectl apply repeats an object in an annotation,
// and annotations are limited to 256 KiB (apimachinery pkg/api/validation/objectmeta.go).
const openBytes = 128 << 10

// writeOpenReports prints objects for kubectl apply, as YAML documents: a Report for each service
// account, in its namespace, and ClusterReports for the rest. An account with more checks than an
// object can hold gets several.
func writeOpenReports(b *bufio.Writer, r *probe.Report, _ Options) error {
	problemOf := problemsByFinding(r)
	for _, places := range groupBy(r.Findings, func(f *probe.Finding) matrix.Subject { return f.Subject }) {
		var report openReport
		part, size := 0, 0
		write := func() error {
			part++
			report.identify(r.Findings[places[0]].Subject, part)
			b.WriteString("---\n")
			return encodeYAML(b, report)
		}
		for _, i := range places {
			result, length := openResultOf(r, r.Findings[i])
			if x, ok := problemOf[i]; ok {
				result.Properties.Problem = safetext.Printable(x.ID)
				length += len(x.ID)
			}
			if size+length > openBytes && len(report.Results) > 0 {
				if err := write(); err != nil {
					return err
				}
				report, size = openReport{}, 0
			}
			report.Results = append(report.Results, result)
			report.Summary.add(result.Result)
			size += length
		}
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// identify names the report of a subject; equal runs give equal names.
func (r *openReport) identify(subject matrix.Subject, part int) {
	r.APIVersion, r.Kind, r.Source = "openreports.io/v1alpha1", "ClusterReport", "flux-probe"
	r.Metadata.Labels.ManagedBy = "flux-probe"
	name := subject.Name
	if subject.Kind != matrix.KindServiceAccount && subject.Kind != "" {
		name = strings.ToLower(subject.Kind) + "-" + subject.Name
	}
	if subject.Kind == matrix.KindServiceAccount && isName(subject.Namespace, 63) && !strings.Contains(subject.Namespace, ".") {
		r.Kind, r.Metadata.Namespace = "Report", subject.Namespace
		r.Scope = &openObject{APIVersion: "v1", Kind: subject.Kind, Namespace: subject.Namespace, Name: safetext.Printable(subject.Name)}
	} else if subject.Namespace != "" {
		name = subject.Namespace + "-" + name
	}
	r.Metadata.Name = objectName(name, part)
}

// objectName makes a name that an object can have (RFC 1123 subdomain, at most 253 characters): name
// after a prefix where that is one, else a digest in its place.
func objectName(name string, part int) string {
	suffix := ""
	if part > 1 {
		suffix = "." + decimal(part)
	}
	if name == "" {
		return "flux-probe" + suffix
	}
	if !isName(name, 253-len("flux-probe-")-len(".1000000")) {
		sum := sha256.Sum256([]byte(name))
		name = hex.EncodeToString(sum[:16])
	}
	return "flux-probe-" + name + suffix
}

func isName(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.Trim(label, "-") != label || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

func (s *openSummary) add(result string) {
	switch result {
	case "pass":
		s.Pass++
	case "fail":
		s.Fail++
	case "warn":
		s.Warn++
	case "error":
		s.Error++
	case "skip":
		s.Skip++
	}
}

// openResultOf is f as a result, and how long its texts are. What is waived, followed by exception or
// for information is skipped: it is neither as expected nor a failure.
func openResultOf(r *probe.Report, f probe.Finding) (openResult, int) {
	d := describe(f)
	for _, text := range []*string{&d.name, &d.claim, &d.because, &d.reason, &d.hint} {
		*text = openText(*text)
	}
	result := openResult{
		Policy: safetext.Printable(f.Code), Rule: d.name, Category: safetext.Printable(f.Section), Severity: "info", Message: d.claim,
		Properties: openProperties{Verdict: string(f.Verdict), Reason: d.reason, Because: d.because, Hint: d.hint, Sample: sampled(r), Assumed: assumed(r)}, Result: "skip",
	}
	switch f.Severity {
	case matrix.Error:
		result.Severity = "high"
	case matrix.Warning:
		result.Severity = "medium"
	}
	switch {
	case f.Verdict == matrix.Pass:
		result.Result, result.Scored = "pass", f.Severity == matrix.Error
	case r.Fails(f) && f.Verdict == matrix.Undetermined:
		result.Result, result.Scored = "error", true
	case r.Fails(f):
		result.Result, result.Scored = "fail", true
	case needsAttention(f):
		result.Result = "warn"
	}
	const names = 250 // the names of the fields, and what stands around them
	return result, names + 2*(len(d.name)+len(d.claim)+len(d.reason)+len(d.because)+len(d.hint))
}

// openText is s as far as one text is allowed to fill a report, so that no single result is too large for one.
func openText(s string) string {
	const most = openBytes / 8
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
