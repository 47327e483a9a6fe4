// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// A finding about an object of a manifest says where that is, and tools are told in their own way.
func TestPlaces(t *testing.T) {
	report := func(file string) *probe.Report {
		f := asked("tenants", "FP401", "apps/dev", secrets, "get", matrix.Allow, no)
		f[0].Origin = matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web", Field: "spec.prune", File: file, Line: 12})
		return finish(head(), f)
	}
	for _, test := range []struct{ file, format, want string }{
		{"tenants/web.yaml", "table", "the release grants it (Kustomization apps/web spec.prune, tenants/web.yaml:12)"},
		{"tenants/web.yaml", "json", `"file":"tenants/web.yaml","line":12}`},
		{"tenants/web.yaml", "yaml", "file: tenants/web.yaml\n  line: 12\n"},
		{"tenants/web.yaml", "csv", ",tenants/web.yaml,12,\n"},
		{"tenants/web.yaml", "github", "::error title=FP401 missing,file=tenants/web.yaml,line=12::apps/dev cannot"},
		{"a,b:c.yaml", "github", ",file=a%2Cb%3Ac.yaml,line=12::"},
		{"tenants/web.yaml", "sarif", `"uri": "tenants/web.yaml"`},
		{"tenants/web.yaml", "sarif", `"startLine": 12`},
		{"/else where/web.yaml", "sarif", `"uri": "file:///else%20where/web.yaml"`},
		{"a:b.yaml", "sarif", `"uri": "./a:b.yaml"`},
	} {
		var b bytes.Buffer
		if err := Write(&b, test.format, report(test.file), Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), test.want) {
			t.Errorf("%s of %s lacks %q:\n%s", test.format, test.file, test.want, b.String())
		}
	}
}

// A rule is what docs/checks.md says, whole, with links that lead somewhere from elsewhere.
func TestRulesAreTheDocumentation(t *testing.T) {
	rule := sarifRuleOf(probe.Finding{Code: "FP901"})
	for _, part := range [][2]string{
		{rule.Short.Text, "Asked: The permissions that a matrix file expects, for each subject and access that its rules select on this cluster."},
		{rule.Full.Text, rule.Short.Text},
		{rule.Help.Markdown, "[matrix file](https://github.com/flux-probe/flux-probe/blob/main/docs/matrix-files.md)"},
		{rule.Help.Markdown, "**What to do:**"},
		{rule.Help.Text, "\nWhat to do: "},
		{rule.HelpURI, "https://github.com/flux-probe/flux-probe/blob/main/docs/checks.md#fp901"},
	} {
		if !strings.Contains(part[0], part[1]) {
			t.Errorf("%q lacks %q", part[0], part[1])
		}
	}
	if rule := sarifRuleOf(probe.Finding{Code: "XX1", Section: "s", Because: "b"}); rule.Short.Text != "s: b" || rule.Help != nil {
		t.Errorf("a code without documentation: %+v", rule)
	}
}
