// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func TestRepeatedRequestsAreReported(t *testing.T) {
	for name, test := range map[string]struct {
		requests probe.Requests
		want     string
	}{
		"none":      {probe.Requests{Reviews: 12}, ""},
		"retries":   {probe.Requests{Reviews: 12, Retries: 1, Waited: 0.3}, "asked again: 1 request; waited 0.3 s"},
		"throttled": {probe.Requests{Retries: 1200, Throttled: 2, Waited: 61}, "asked again: 1,200 requests; throttled by the server 2 times; waited 61.0 s"},
		"given up":  {probe.Requests{GivenUp: 3}, "asked again: 0 requests; given up: 3 requests"},
	} {
		t.Run(name, func(t *testing.T) {
			report := &probe.Report{Asked: probe.Asked{Requests: test.requests}}
			report.Complete(nil)
			for _, format := range []string{"table", "wide", "markdown"} {
				var out bytes.Buffer
				if err := Write(&out, format, report, Options{}); err != nil {
					t.Fatal(err)
				}
				if got := strings.Contains(out.String(), "asked again"); got != (test.want != "") || !strings.Contains(out.String(), test.want) {
					t.Errorf("%s has not the line %q:\n%s", format, test.want, out.String())
				}
			}
		})
	}
}

func TestRunsThatEndedEarlyAreReported(t *testing.T) {
	report := &probe.Report{TimedOut: true}
	report.Complete([]probe.Finding{{Code: "FP504", Severity: matrix.Info, Verdict: matrix.Undetermined}, {Code: "FP101", Severity: matrix.Error, Verdict: matrix.Pass}})
	if report.Summary.Result != probe.ResultUndetermined {
		t.Errorf("the result is %s although the run timed out, want undetermined", report.Summary.Result)
	}
	for _, format := range []string{"table", "wide", "markdown", "html"} {
		var out bytes.Buffer
		if err := Write(&out, format, report, Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "timed out: checks without an answer count as undetermined") {
			t.Errorf("%s does not report the timeout:\n%.2000s", format, out.String())
		}
	}
}

func TestGapsSayWhetherTheyCount(t *testing.T) {
	for name, test := range map[string]struct {
		gap  matrix.Gap
		want string
	}{
		"chosen":    {matrix.Gap{Kind: matrix.Chosen}, "x: why\n"},
		"forbidden": {matrix.Gap{Kind: matrix.Forbidden}, "x: why (forbidden: the result is undetermined)\n"},
		"accepted":  {matrix.Gap{Kind: matrix.Forbidden, Accepted: "by design (team a)"}, "x: why (forbidden: by design (team a))\n"},
		"broken":    {matrix.Gap{Kind: matrix.Broken, Accepted: "by design"}, "x: why (broken: the result is undetermined)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			test.gap.Section, test.gap.What, test.gap.Why = "tenants", "x", "why"
			var out bytes.Buffer
			if err := Write(&out, "table", &probe.Report{NotAsked: []matrix.Gap{test.gap}}, Options{}); err != nil {
				t.Fatal(err)
			}
			if want := "not asked: tenants: " + test.want; !strings.Contains(out.String(), want) {
				t.Errorf("the table has not the line %q:\n%s", want, out.String())
			}
		})
	}
}

// TestSampledRunsNameThemselves in every format but name, whose lines are compared with those of other runs.
func TestSampledRunsNameThemselves(t *testing.T) {
	finding := probe.Finding{Code: "FP101", Section: "controllers", Verdict: matrix.Pass, Severity: matrix.Error, Want: matrix.Allow, AnsweredBy: probe.ByRBAC}
	for want, sample := range map[string]*probe.Sample{
		"sampled: 12 of 345 reviews were asked":                                {Each: 3, Asked: 12, Of: 345},
		"not sampled: everything was asked, because roles could not be listed": {Each: 3, Asked: 345, Of: 345, Widened: "roles could not be listed"},
	} {
		for _, format := range Formats() {
			report := &probe.Report{Asked: probe.Asked{Sample: sample}}
			report.Complete([]probe.Finding{finding})
			want := want
			if format == "json" || format == "yaml" {
				want = `345` // as fields
			}
			var out bytes.Buffer
			if err := Write(&out, format, report, Options{}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(out.String(), want); got == (format == "name") {
				t.Errorf("%s does not name the run as %q:\n%.3000s", format, want, out.String())
			}
		}
	}
}
