// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// assumedReport is one in which a check has turned red, and another green.
func assumedReport() *probe.Report {
	now, report := &probe.Report{}, &probe.Report{Assumed: []string{"flux=2.10"}}
	subject := matrix.ServiceAccount("apps", "dev-team")
	finding := func(code string, v matrix.Verdict) probe.Finding {
		return probe.Finding{Section: "tenants", Code: code, Verdict: v, Severity: matrix.Error, Subject: subject, Because: "it must"}
	}
	now.Complete([]probe.Finding{finding("FP401", matrix.Pass), finding("FP402", matrix.Missing)})
	now.Problems = []probe.Problem{{ID: "gone", Severity: matrix.Error, Title: "Kustomization apps/old fails", Checks: []int{1}}}
	report.Complete([]probe.Finding{finding("FP401", matrix.Missing), finding("FP402", matrix.Pass)})
	report.Problems = []probe.Problem{{ID: "new", Severity: matrix.Error, Title: "Kustomization apps/new fails", Checks: []int{0}}}
	report.Turned = probe.Turn(now, report)
	return report
}

// TestAssumedReportsSaySo in every format but name, whose lines are compared with those of other runs.
func TestAssumedReportsSaySo(t *testing.T) {
	for _, format := range Formats() {
		var out bytes.Buffer
		if err := Write(&out, format, assumedReport(), Options{}); err != nil {
			t.Fatal(err)
		}
		if says := strings.Contains(out.String(), "flux=2.10"); says != (format != "name") {
			t.Errorf("%s says what is assumed: %t\n%.1500s", format, says, out.String())
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

func TestTurnedComesFirst(t *testing.T) {
	for _, format := range []string{"table", "wide", "markdown", "html"} {
		var out bytes.Buffer
		if err := Write(&out, format, assumedReport(), Options{}); err != nil {
			t.Fatal(err)
		}
		switch format {
		case "html":
			out.Next(strings.Index(out.String(), "<body>"))
			golden(t, "assumed.html", []byte(digests.ReplaceAllString(parts.Replace(out.String()), "digest")))
			text := tags.ReplaceAllString(out.String(), "")
			out.Reset()
			out.WriteString(text)
		case "markdown":
			golden(t, "assumed.markdown", out.Bytes())
		}
		at := -1
		for _, want := range []string{"flux=2.10", "compared with now, 1 check turns red and 1 turns green", "turns up: ", "Kustomization apps/new fails", "goes away: ", "Kustomization apps/old fails", "tenants"} {
			next := strings.Index(out.String(), want)
			if next <= at {
				t.Errorf("%s: %q is missing or too early:\n%s", format, want, out.String())
			}
			at = next
		}
	}
}

func TestAssumedReportIsSaved(t *testing.T) {
	for _, format := range []string{"json", "yaml"} {
		var out bytes.Buffer
		if err := Write(&out, format, assumedReport(), Options{}); err != nil {
			t.Fatal(err)
		}
		saved, err := Read(&out)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(saved.Assumed, []string{"flux=2.10"}) || saved.Outcome() != probe.ResultFail || len(saved.Turned.Green) != 1 {
			t.Errorf("%s: read back %q and %+v", format, saved.Assumed, saved.Turned)
		}
	}
}

func TestLockdown(t *testing.T) {
	o := matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	l := &probe.Lockdown{
		Assumed: []string{"flag=flux-system/kustomize-controller:--default-service-account=default"}, Result: probe.ResultFail,
		Stops:   []probe.Stop{{Object: o, Account: "apps/default", Why: []string{"apps/default cannot patch deployments.apps in apps"}}},
		Blocked: []probe.Blocked{{Object: o, Text: "Kustomization apps/web refers to GitRepository shared/base", By: "--no-cross-namespace-refs is set"}},
		Falls:   []probe.Fall{{Object: o, Account: "apps/default", Known: "there is no inventory"}}, Other: []string{"something else fails"}, Unknown: []string{"something"},
		Preparations: []probe.Preparation{{For: []matrix.Origin{o}, Summary: "Set the account", Manifest: "---\nkind: Kustomization\n"}},
	}
	for format, want := range map[string][]string{
		"table": {
			"What would be, not what is; assumed:", "Stops to reconcile: 1 object", "✗ Kustomization apps/web falls to account apps/default", "cannot patch deployments.apps",
			"No longer followed: 1 reference", "Reconciled as another account: 1 object", "Also turns up", "Not known", "1. Set the account", "     kind: Kustomization",
			"1 object stops, 1 reference breaks: prepare",
		},
		"yaml":      {"kind: Kustomization", "result: fail"},
		"manifests": {"# Set the account\n---\nkind: Kustomization\n"},
	} {
		var out bytes.Buffer
		if err := WriteLockdown(&out, format, l, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(out.String(), text) {
				t.Errorf("%s lacks %q:\n%s", format, text, out.String())
			}
		}
	}
	var out bytes.Buffer
	var back probe.Lockdown
	if err := WriteLockdown(&out, "json", l, Options{}); err != nil || json.Unmarshal(out.Bytes(), &back) != nil || len(back.Stops) != 1 {
		t.Errorf("as JSON: %v\n%s", err, out.String())
	}
}
