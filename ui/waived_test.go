// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"
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
		"sarif":       {`"kind": "external"`, `"status": "accepted"`, `"justification": "` + terms + `"`},
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
