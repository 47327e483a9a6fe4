// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flux-probe/flux-probe/probe"
)

func TestRoundTrip(t *testing.T) {
	for _, s := range situations() {
		for _, format := range []string{"json", "yaml"} {
			var b bytes.Buffer
			if err := Write(&b, format, s.report, Options{}); err != nil {
				t.Fatal(err)
			}
			got, err := Read(&b)
			if err != nil {
				t.Fatalf("%s.%s: %v", s.name, format, err)
			}
			want := *s.report
			if s.name == "hostile" {
				want.Cluster.Context, want.ProbedAs = "ctx[31m", "oncall"
				want.NotAsked = got.NotAsked
			}
			if diff := cmp.Diff(&want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(probe.Finding{}, "Index", "Check")); diff != "" {
				t.Errorf("%s.%s (-want +got):\n%s", s.name, format, diff)
			}
		}
	}
}

// Reports of earlier versions are read for good.
func TestReadEarlierVersion(t *testing.T) {
	for _, name := range []string{"v1alpha1.json", "v1alpha1.yaml"} {
		got, err := ReadFile(nil, filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(everythingReport(), got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(probe.Finding{}, "Index", "Check")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadMakesTextPrintable(t *testing.T) {
	got, err := Read(strings.NewReader(`{"apiVersion":"flux-probe/v1alpha1","kind":"Report","cluster":{"context":"a\u001b[2Jb"},
		"notAsked":[{"what":"c\u202ed"}],"findings":[{"code":"FP\u0007","access":{"verb":"get\n","resource":"x\u009by"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	f := got.Findings[0]
	if got.Cluster.Context != "a[2Jb" || got.NotAsked[0].What != "cd" || f.Code != "FP" || f.Access.Verb != "get" || f.Access.Resource != "xy" {
		t.Errorf("got %+v, access %+v", got, f.Access)
	}
}

func TestReadErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "the report is empty: save one with -o json or -o yaml",
		"{\n  \"kind\": }":             "the report cannot be read: line 2, column 11: invalid character '}' looking for beginning of value",
		`{"kind": "Report"} {}`:        "the report cannot be read: line 1, column 20: invalid character '{' after top-level value",
		`{"apiVersion": 7}`:            "the report cannot be read: line 1, column 16: apiVersion is of type number, want string",
		`{"apiVersion": "v1"}`:         `the report has apiVersion "v1": want "flux-probe/v1alpha2" or "flux-probe/v1alpha1"`,
		"kind: [":                      "the report is neither JSON nor YAML: yaml: line 1: did not find expected node content",
		"just words":                   "the report cannot be read: the document is of type string, want a report",
		"apiVersion: 1":                "the report cannot be read: apiVersion is of type number, want string",
		"apiVersion: a\napiVersion: b": `the report is neither JSON nor YAML: yaml: unmarshal errors: line 2: key "apiVersion" already set in map`,
		"apiVersion: flux-probe/v1alpha1\nkind: Matrix":                                                     `the document has kind "Matrix": want "Report"`,
		"apiVersion: flux-probe/v1alpha1\nkind: Report\nfindings: [{code: []}]":                             "the report cannot be read: findings.code is of type array, want string",
		`{"apiVersion": "flux-probe/v1alpha2", "kind": "Report", "summary": {"checks": ""}}`:                "the report cannot be read: line 1, column 80: summary.checks is of type string, want int",
		`{"apiVersion": "flux-probe/v1alpha2", "kind": "Report", "findings": [{"subject": {}}]}`:            "the report cannot be read: line 1, column 82: findings.subject is of type object, want int",
		`{"apiVersion": "flux-probe/v1alpha2", "kind": "Report", "findings": [{}, {"subject": 1}]}`:         "the report cannot be read: finding 1: subjects has no entry 1",
		`{"apiVersion": "flux-probe/v1alpha2", "kind": "Report", "texts": [""], "findings": [{"via": -1}]}`: "the report cannot be read: finding 0: texts has no entry -1",
	} {
		_, err := Read(strings.NewReader(in))
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", in, err, want)
		}
	}
}

// A large YAML is read in parts, which changes neither the report nor the errors.
func TestReadLargeYAML(t *testing.T) {
	want := manyReport(1500)
	var b bytes.Buffer
	if err := Write(&b, "yaml", want, Options{}); err != nil {
		t.Fatal(err)
	}
	if b.Len() < 2*yamlChunk {
		t.Fatalf("%d bytes are one part", b.Len())
	}
	if _, ok := yamlInParts(b.Bytes()); !ok {
		t.Error("it is not read in parts")
	}
	text := b.String()
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(probe.Finding{}, "Index", "Check")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Read(strings.NewReader(text + "- code: [\n")); err == nil || !strings.Contains(err.Error(), "line "+decimal(strings.Count(text, "\n")+1)) {
		t.Errorf("got %v, want the line of the mistake", err)
	}
}
