// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flux-probe/flux-probe/probe"
)

// FuzzRead wants a report that reads back as it is written, in both formats and without a control character, or an
// error on one line.
func FuzzRead(f *testing.F) {
	for _, s := range situations() {
		if s.name == "failures" || s.name == "hostile" || s.name == "nothing" {
			for _, format := range []string{"json", "yaml"} {
				var b bytes.Buffer
				if err := Write(&b, format, s.report, Options{}); err != nil {
					f.Fatal(err)
				}
				f.Add(b.String())
			}
		}
	}
	const head = "apiVersion: flux-probe/v1alpha1\nkind: Report\n"
	f.Add(head + "findings: [{code: \"\\e[2J\", waiver: {reason: \"a\\nb\"}, access: {}}]\nflux: [null]\n")
	f.Add(head + "asked: {only: [\"\\u009b\", 'null', '~', \" a\"]}\nsummary: {checks: -1}\nsource: 'y'\n")
	f.Add("{\"a\x1b\": }")
	f.Add("? \"\\e[2J\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		report, err := Read(strings.NewReader(text))
		if err != nil {
			if strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q has a control character", err.Error())
			}
			return
		}
		for _, format := range []string{"json", "yaml"} {
			var b bytes.Buffer
			if err := Write(&b, format, report, Options{}); err != nil {
				t.Fatal(err)
			}
			written := b.String()
			if at := strings.IndexFunc(written, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) && r != '\n' }); at >= 0 {
				t.Errorf("%s has a control character: %q", format, written[max(0, at-20):at+4])
			}
			again, err := Read(&b)
			if err != nil {
				t.Fatalf("%v in\n%s", err, written)
			}
			if diff := cmp.Diff(report, again, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(probe.Finding{}, "Index", "Check")); diff != "" {
				t.Errorf("read back from %s (-want +got):\n%s\n%s", format, diff, written)
			}
		}
	})
}
