// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	openreports "github.com/openreports/reports-api/apis/openreports.io/v1alpha1"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"k8s.io/apimachinery/pkg/util/validation"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// readers are what each format is read with; a reader checks that the counts are those of the summary.
var readers = map[string]func(*testing.T, []byte, *probe.Report){
	"table": readText, "wide": readText, "json": readDocument, "yaml": readDocument, "junit": readJUnit, "sarif": readSARIF,
	"markdown": readMarkdown, "html": readHTML, "csv": readCSV, "openreports": readOpenReports, "github": readGitHub, "name": readName,
}

// Every format of a hostile report is what its consumer expects, and all agree on every count, whether
// warnings fail the run or not.
func TestFormatsAgree(t *testing.T) {
	r, strict := corpus(hostile...), corpus(hostile...)
	strict.Asked.FailOn = matrix.Warning
	strict.Complete(strict.Findings)
	if s := r.Summary; s.Missing*s.Excess*s.Undetermined*s.Exception*s.Waived*s.Warnings*s.UndeterminedWarnings*s.Pass == 0 {
		t.Fatalf("the corpus misses a verdict: %+v", s)
	}
	for _, format := range ui.Formats() {
		t.Run(format, func(t *testing.T) { testFormat(t, format, r) })
		t.Run(format+" with --fail-on warning", func(t *testing.T) { testFormat(t, format, strict) })
	}
}

func testFormat(t *testing.T, format string, r *probe.Report) {
	read, ok := readers[format]
	if !ok {
		t.Fatal("no reader: every format needs one")
	}
	out := print(t, format, r)
	if !utf8.Valid(out) {
		t.Error("not UTF-8")
	}
	for i, char := range string(out) {
		if unicode.Is(unicode.Cc, char) && char != '\n' && char != '\r' || unicode.Is(unicode.Bidi_Control, char) {
			t.Fatalf("character %q in %q", char, out[max(0, i-40):min(len(out), i+40)])
		}
	}
	read(t, out, r)
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func readDocument(t *testing.T, out []byte, r *probe.Report) {
	got, err := ui.Read(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	var counted probe.Report
	counted.Summary.Reviews = got.Summary.Reviews
	counted.Asked = got.Asked
	counted.Complete(got.Findings)
	equal(t, "counts", counted.Summary, r.Summary)
	equal(t, "summary", got.Summary, r.Summary)
	var loose struct{ Summary probe.Summary }
	read := yaml.Unmarshal
	if out[0] == '{' {
		read = func(data []byte, into any, _ ...yaml.JSONOpt) error { return json.Unmarshal(data, into) }
	}
	if err := read(out, &loose); err != nil {
		t.Fatal(err)
	}
	equal(t, "summary of any reader", loose.Summary, r.Summary)
}

// summaryLine is the sentence that ends the table, and that other formats repeat.
func summaryLine(t *testing.T, r *probe.Report) string {
	lines := strings.Split(strings.TrimSpace(string(print(t, "table", r))), "\n")
	return lines[len(lines)-1]
}

func readText(t *testing.T, out []byte, r *probe.Report) {
	if !strings.HasSuffix(string(out), summaryLine(t, r)+"\n") {
		t.Error("the last line is not the summary")
	}
}

// readJUnit counts; what the elements and attributes are is for the schema to say.
func readJUnit(t *testing.T, out []byte, r *probe.Report) {
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Skipped  int `xml:"skipped,attr"`
			Cases    []struct {
				Failure *string `xml:"failure"`
				Error   *string `xml:"error"`
				Skipped *string `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out, &suites); err != nil {
		t.Fatal(err)
	}
	var got, attributes [4]int
	for _, s := range suites.Suites {
		for i, n := range []int{s.Tests, s.Failures, s.Errors, s.Skipped} {
			attributes[i] += n
		}
		for _, c := range s.Cases {
			got[0]++
			for i, there := range []bool{c.Failure != nil, c.Error != nil, c.Skipped != nil} {
				if there {
					got[i+1]++
				}
			}
		}
	}
	s := r.Summary
	want := [4]int{s.Checks, failing(r) - undetermined(s), undetermined(s), s.Waived}
	equal(t, "cases", got, want)
	equal(t, "suites", attributes, want)
	equal(t, "suites together", [3]int{suites.Tests, suites.Failures, suites.Errors}, [3]int(want[:3]))
}

func readSARIF(t *testing.T, out []byte, r *probe.Report) {
	known := json.NewDecoder(bytes.NewReader(out))
	known.DisallowUnknownFields()
	if err := known.Decode(new(sarif.Report)); err != nil {
		t.Error(err)
	}
	report, err := sarif.FromBytes(out)
	if err != nil {
		t.Fatal(err)
	}
	// The library validates what it writes itself, and fills in three values that the schema refuses.
	language, run := "en-US", report.Runs[0]
	run.Language, run.Tool.Driver.Language, run.NewlineSequences = language, language, []string{"\n"}
	if err := report.Validate(); err != nil { // against the schema that OASIS publishes
		t.Fatal(err)
	}
	levels, suppressed, located, inFiles := map[string]int{}, 0, 0, 0
	for _, f := range r.Findings {
		if f.Verdict != matrix.Pass && f.Origin.Get().File != "" {
			inFiles++
		}
	}
	for _, result := range report.Runs[0].Results {
		levels[result.Level]++
		if len(result.Locations) > 0 && result.Locations[0].PhysicalLocation != nil {
			located++
		}
		suppressed += len(result.Suppressions)
		if rule := report.Runs[0].Tool.Driver.Rules[result.RuleIndex]; *rule.ID != *result.RuleID {
			t.Errorf("result of %s points at rule %s", *result.RuleID, *rule.ID)
		}
	}
	equal(t, "errors, warnings, waived", [3]int{levels["error"], levels["warning"], suppressed}, [3]int{failing(r), warned(r), r.Summary.Waived})
	equal(t, "results in files", located, inFiles)
	equal(t, "results", len(report.Runs[0].Results), r.Summary.Checks-r.Summary.Pass)
}

func readCSV(t *testing.T, out []byte, r *probe.Report) {
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var s probe.Summary
	for _, row := range rows[1:] {
		s.Add(probe.Finding{Verdict: matrix.Verdict(row[2]), Severity: matrix.Severity(row[3])})
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
				t.Errorf("column %s is a formula: %q", rows[0][i], cell)
			}
		}
	}
	s.Reviews, s.Result = r.Summary.Reviews, r.Summary.Result
	equal(t, "counts", s, r.Summary)
}

func readOpenReports(t *testing.T, out []byte, r *probe.Report) {
	documents := utilyaml.NewYAMLReader(newLineReader(out))
	var got openreports.ReportSummary
	names := map[string]bool{}
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var report openreports.Report // a ClusterReport has the same fields
		if err := yaml.UnmarshalStrict(document, &report); err != nil {
			t.Fatalf("%v\n%.300s", err, document)
		}
		if problems := validation.IsDNS1123Subdomain(report.Name); len(problems) > 0 {
			t.Errorf("name %q: %v", report.Name, problems)
		}
		if problems := validation.IsDNS1123Label(report.Namespace); (report.Kind == "Report") != (len(problems) == 0) {
			t.Errorf("%s in namespace %q: %v", report.Kind, report.Namespace, problems)
		}
		if key := report.Kind + "/" + report.Namespace + "/" + report.Name; names[key] {
			t.Errorf("%s is there twice", key)
		} else {
			names[key] = true
		}
		var results openreports.ReportSummary
		for _, result := range report.Results {
			results = addResult(results, result.Result)
		}
		equal(t, report.Name, report.Summary, results)
		if last, err := json.Marshal(report); err != nil || len(last) > 256<<10 {
			t.Errorf("%s has %d bytes, too many for kubectl apply (%v)", report.Name, len(last), err)
		}
		got.Pass, got.Fail, got.Warn, got.Error, got.Skip = got.Pass+results.Pass, got.Fail+results.Fail, got.Warn+results.Warn, got.Error+results.Error, got.Skip+results.Skip
	}
	s := r.Summary
	equal(t, "all reports", got, openreports.ReportSummary{Pass: s.Pass, Fail: failing(r) - undetermined(s), Warn: warned(r), Error: undetermined(s),
		Skip: s.Checks - s.Pass - failing(r) - warned(r)})
}

func addResult(s openreports.ReportSummary, result openreports.Result) openreports.ReportSummary {
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
	return s
}

var commandLine = regexp.MustCompile(`^::(error|warning|notice) title=([^:,\n\r]*)(?:,file=[^:,\n\r]+,line=\d+)?::(.*)$`)

func readGitHub(t *testing.T, out []byte, r *probe.Report) {
	levels := map[string]int{"error": 0, "warning": 0}
	for line := range strings.Lines(string(out)) {
		m := commandLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Errorf("no command: %q", line)
			continue
		}
		levels[m[1]]++
		if m[1] == "notice" {
			equal(t, "summary", m[3], summaryLine(t, r))
		}
	}
	equal(t, "annotations", levels, map[string]int{"error": failing(r), "warning": warned(r), "notice": 1})
}

func readName(t *testing.T, out []byte, r *probe.Report) {
	equal(t, "lines", strings.Count(string(out), "\n"), failing(r)+warned(r))
}
