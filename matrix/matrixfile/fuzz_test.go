// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzParse wants documents that read back as they are written, or mistakes that each have a place in the file and
// print as one line without a control character.
func FuzzParse(f *testing.F) {
	f.Add(header + "expectations:\n- subjects: [{kind: User, name: a}]\n  access: [{verbs: [get], resources: [pods]}]\n  expect: deny\n")
	f.Add(header + "expectations:\n- subjects: [{kind: ServiceAccount, name: '*', namespaceSelector: {matchLabels: {a: b}}}]\n" +
		"  ways: [[{verbs: [get], nonResourceURLs: [/x]}], [{verbs: ['*'], apiGroups: [''], resources: [a/b]}]]\n  expect: allow\n  when: {flux: '>=2.9'}\n")
	f.Add(header + "overrides: [{match: {codes: [FP1*]}, disable: true}]\nnotAsked: [{resources: [roles], reason: r, owner: o, until: 2027-01-31}]\n")
	f.Add(header + "waivers: &a\n- *a\n")
	f.Add("{\"kind\": \"PermissionMatrix\", \"overrides\": [{\"match\": {\"codes\": [\"FP1*\"]}}]}")
	f.Add("? [a]\n: !!binary x\n--- !!null\n")
	f.Add(header + "\"a\\e[2J\": 1\noverrides: !a \"\\u009b\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Parse("fuzz", io.LimitReader(strings.NewReader(text), 1<<16))
		if err != nil {
			for _, mistake := range mistakes(err) {
				testMistake(t, mistake, text)
			}
			return
		}
		if len(set) == 0 {
			t.Fatal("neither a document nor a mistake")
		}
		for _, d := range set {
			written, err := json.Marshal(d.PermissionMatrix)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Parse("written", strings.NewReader(string(written)))
			if err != nil || len(again) != 1 {
				t.Fatalf("%s\nis %d documents, %v", written, len(again), err)
			}
			if diff := cmp.Diff(d.PermissionMatrix, again[0].PermissionMatrix, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\nis read back as another (-want +got):\n%s", written, diff)
			}
		}
	})
}

func mistakes(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func testMistake(t *testing.T, err error, text string) {
	t.Helper()
	mistake := (*Error)(nil)
	if !errors.As(err, &mistake) {
		t.Fatalf("%v is not an *Error", err)
	}
	if strings.ContainsFunc(err.Error(), unicode.IsControl) {
		t.Errorf("%q has a control character", err.Error())
	}
	last := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} { // of a line in YAML 1.1
		last += strings.Count(text, end)
	}
	if mistake.At.Line > last {
		t.Errorf("%v is behind the last line, %d", err, last)
	}
	if mistake.At.Line == 0 && !strings.HasSuffix(mistake.Problem, Kind) && !strings.Contains(mistake.Problem, "not valid YAML") {
		t.Errorf("%v has no line", err)
	}
}
