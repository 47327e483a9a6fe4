// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

// A report that is saved says when it was made; a comparison does not look at that.
func TestSavedReportsSayWhenTheyWereMade(t *testing.T) {
	r := wellReport()
	r.Made = probe.Made{At: "2026-11-25T13:00:00Z", Version: "v0.9.1", Seconds: 3.25}
	const made = "report of 2026-11-25 13:00:00 UTC, made by flux-probe v0.9.1 in 3.2 s"
	for format, want := range map[string]string{
		"json": `"at": "2026-11-25T13:00:00Z"`, "yaml": "version: v0.9.1", "html": made, "markdown": made, "table": "\n" + made + "\n",
	} {
		if text := written(t, format, r, Options{Saved: true}); !strings.Contains(text, want) {
			t.Errorf("%s does not say %q:\n%.600s", format, want, text)
		}
	}
	if text := written(t, "table", r, Options{}); strings.Contains(text, made) {
		t.Error("the table of a run that has just ended says when it was made")
	}
	again, err := Read(strings.NewReader(written(t, "json", r, Options{})))
	if err != nil || again.Made != r.Made {
		t.Errorf("read again: %+v, %v", again.Made, err)
	}
	if changes := probe.Diff(wellReport(), r); len(changes) > 0 {
		t.Errorf("it differs from itself: %v", changes)
	}
}
