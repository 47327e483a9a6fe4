// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Every format says that a finding is waived, and by whom, why and until when as far as it has room.
func TestWaiversAreShown(t *testing.T) {
	const terms = "moves to another namespace this quarter (team dev, until 2027-01-31, it is excess)"
	texts := map[string][]string{
		"table":       {"1 waived"},
		"wide":        {"waived: " + terms},
		"json":        {`"verdict":"waived"`, `"owner":"team dev"`, `"until":"2027-01-31"`, `"was":"excess"`},
		"yaml":        {"verdict: waived", "owner: team dev", `until: "2027-01-31"`, "was: excess"},
		"junit":       {"<skipped>apps/dev-team can get configmaps in flux-system: waived: " + terms + "</skipped>", `skipped="1"`},
		"sarif":       {`"kind": "external"`, `"status": "accepted"`, `"justification": "waived: ` + terms + `"`},
		"markdown":    {"<details><summary>1 waived check</summary>", "waived: `" + terms + "`"},
		"html":        {`"waiver"`, terms},
		"csv":         {"FP501,waived,", ",moves to another namespace this quarter,team dev,2027-01-31,excess,"},
		"openreports": {"result: skip", "reason: " + terms},
		"github":      {"1 waived"},
		"name":        nil,
	}
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			want, ok := texts[format]
			if !ok {
				t.Fatal("say how the format shows a waiver")
			}
			var b bytes.Buffer
			if err := Write(&b, format, failuresReport(), Options{}); err != nil {
				t.Fatal(err)
			}
			for _, text := range want {
				if !strings.Contains(b.String(), text) {
					t.Errorf("%q is missing", text)
				}
			}
			if (format == "github" || format == "name") && strings.Contains(b.String(), "configmaps in flux-system") {
				t.Error("the waived check is there like one that failed")
			}
		})
	}
}

// What a baseline accepts is in the baseline in every format, and waived in none: nobody has decided about it.
func TestBaselineIsNotWaived(t *testing.T) {
	r := everythingReport()
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict == matrix.Waived {
			f.Verdict, f.Waiver = matrix.InBaseline, matrix.Share(probe.Waiver{Reason: "accepted by base.json", Was: matrix.Excess, Problem: "d59a2200d521"})
		}
	}
	r.Complete(r.Findings)
	texts := map[string][]string{
		"table":       {"1 in the baseline"},
		"wide":        {"in the baseline: accepted by base.json"},
		"json":        {`"verdict":"baseline"`, `"problem":"d59a2200d521"`, `"baseline": 1`},
		"yaml":        {"verdict: baseline", "problem: d59a2200d521", "baseline: 1"},
		"junit":       {"<skipped>apps/dev can get configmaps in flux-system: in the baseline: accepted by base.json"},
		"sarif":       {`"justification": "in the baseline: accepted by base.json (it is excess)"`},
		"markdown":    {"<details><summary>1 check in the baseline</summary>", "in the baseline: `accepted by base.json"},
		"html":        {`"baseline"`},
		"csv":         {"FP501,baseline,"},
		"openreports": {"result: skip", "verdict: baseline"},
		"github":      {"1 in the baseline"},
		"name":        nil,
	}
	for _, format := range Formats() {
		t.Run(format, func(t *testing.T) {
			want, ok := texts[format]
			if !ok {
				t.Fatal("say how the format shows what is in the baseline")
			}
			text := written(t, format, r, Options{})
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%q is missing:\n%.3000s", part, text)
				}
			}
			for _, wrong := range []string{"1 waived", "verdict: waived", `"verdict":"waived"`, "waived: accepted"} {
				if strings.Contains(text, wrong) {
					t.Errorf("it says %q", wrong)
				}
			}
		})
	}
}
