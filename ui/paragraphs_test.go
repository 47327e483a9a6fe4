// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// TestParagraphsFitAndAreInOrder wants what fails the run before warnings, and of a group that concerns many rows the
// first ones and how many more there are; all of them when all is asked for.
func TestParagraphsFitAndAreInOrder(t *testing.T) {
	var findings []probe.Finding
	add := func(severity matrix.Severity, name string) {
		access := matrix.Access{Verb: "get", Resource: "configmaps", Namespace: "apps", Name: name}
		findings = append(findings, probe.Finding{
			Code: "FP401", Section: "tenants", Severity: severity, Verdict: matrix.Missing, Want: matrix.Allow,
			Subject: matrix.ServiceAccount("apps", "dev"), Access: &access,
		})
	}
	for i := range maxRows + 4 {
		add(matrix.Warning, fmt.Sprintf("warn-%02d", i))
	}
	add(matrix.Error, "error")
	text := func(all bool) string {
		return strings.Join(newTextPrinter(Options{}).paragraphs(&probe.Report{Findings: findings}, all), "")
	}
	short, whole := text(false), text(true)
	if !strings.HasPrefix(short, "✗ FP401  apps/dev cannot get configmaps error in apps\n") {
		t.Errorf("the error is not first:\n%s", short)
	}
	if !strings.Contains(short, "… also 3 more rows of its matrix (-o wide)\n") || strings.Count(short, "also get") != maxRows {
		t.Errorf("want %d further rows and how many more:\n%s", maxRows, short)
	}
	if strings.Contains(whole, "…") || strings.Count(whole, "also get") != maxRows+3 {
		t.Errorf("not all rows are there:\n%s", whole)
	}
}
