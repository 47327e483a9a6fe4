// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs the program in-process, without a kubeconfig.
func call(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("HOME", t.TempDir())
	var out, errs bytes.Buffer
	code = run("flux-probe", args, streams{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string // the one line on standard error
	}{
		"flag":            {[]string{"--frobnicate"}, "unknown flag: --frobnicate; see flux-probe --help"},
		"command":         {[]string{"frobnicate"}, `unknown command "frobnicate"; see flux-probe --help`},
		"near command":    {[]string{"shwo"}, `unknown command "shwo"; did you mean show?`},
		"argument":        {[]string{"version", "2"}, `unexpected argument "2"; see flux-probe version --help`},
		"format":          {[]string{"-o", "jsno"}, `--output "jsno": want one of`},
		"two formats":     {[]string{"-o", "json", "-o", "yaml"}, "--output: json and yaml cannot both go to standard output: use yaml=FILE"},
		"no output file":  {[]string{"-o", "junit="}, `--output: "junit=" names no file`},
		"tui and a file":  {[]string{"-o", "tui", "-o", "json=x"}, "-o tui cannot be combined with other outputs"},
		"matrix format":   {[]string{"matrix", "-o", "junit"}, `--output "junit": want one of table, wide, json, yaml`},
		"matrix to file":  {[]string{"matrix", "-o", "json=x"}, `--output "json=x": only a report can be written to a file`},
		"profile":         {[]string{"--profile", "strict"}, `--profile "strict": want one of release, required, documented`},
		"section":         {[]string{"--only", "tenant"}, `--only "tenant": want one of`},
		"fail-on":         {[]string{"--fail-on", "info"}, `--fail-on "info": want one of error, warning`},
		"colour":          {[]string{"--color", "yes"}, `--color "yes": want one of auto, always, never`},
		"concurrency":     {[]string{"--concurrency", "0"}, "--concurrency 0: at least 1 review must be in flight"},
		"not a number":    {[]string{"--concurrency", "many"}, `invalid argument "many" for "--concurrency"`},
		"service account": {[]string{"--service-account", "apps"}, `--service-account "apps": want NAMESPACE/NAME`},
		"kube version":    {[]string{"--kube-version", "v1.37"}, "--kube-version is for --manifests"},
		"manifests":       {[]string{"--manifests", "no-such-folder"}, "no-such-folder: no such file"},
		"bad manifest":    {[]string{"--manifests", "-"}, "standard input, document 1, line 1: it is no Kubernetes object: it has no apiVersion and kind"},
		"bad version":     {[]string{"demo", "--kube-version", "newest", "--manifests", "-"}, "--kube-version"},
		"explain":         {[]string{"explain"}, "explain takes an account, a verb and a resource"},
		"explain code":    {[]string{"explain", "FP999"}, `"FP999" is neither a code nor KIND/NAME`},
		"explain format":  {[]string{"explain", "FP401", "-o", "sarif"}, `--output "sarif": want one of table, json, yaml`},
		"fix format":      {[]string{"fix", "-o", "json"}, `--output "json": want one of yaml`},
		"least format":    {[]string{"least", "a/b", "-o", "table"}, `--output "table": want one of yaml`},
		"least":           {[]string{"least", "a/b", "c/d"}, "least takes one account at most"},
		"flux version":    {[]string{"--flux-version", "newest"}, `--flux-version "newest": want a version like v2.9.5`},
		"no file":         {[]string{"show"}, "show takes one file"},
		"missing file":    {[]string{"show", "no-such-file"}, "no-such-file"},
		"no report":       {[]string{"show", "-"}, "-: "},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := call(t, "kind: Pod\n", tc.args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, tc.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit 2 and %q in one line", code, stdout, stderr, tc.want)
			}
		})
	}
}

func TestHelpTeaches(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"matrix", "--help"}, {"show", "--help"}, {"demo", "--help"}, {"explain", "--help"}, {"fix", "--help"}, {"least", "--help"}} {
		code, stdout, _ := call(t, "", args...)
		if code != 0 || !strings.Contains(stdout, "Examples:\n") || !strings.Contains(stdout, "  flux-probe") {
			t.Errorf("%v: exit %d\n%s", args, code, stdout)
		}
		if offline := args[0] == "show" || args[0] == "demo"; strings.Contains(stdout, "--kubeconfig") == offline {
			t.Errorf("%v: connection flags shown: %t", args, !offline)
		}
	}
}

func TestPluginName(t *testing.T) {
	var out bytes.Buffer
	if code := run("/usr/local/bin/kubectl-flux_probe", []string{"--help"}, streams{Out: &out, Err: &out}); code != 0 || !strings.Contains(out.String(), "kubectl flux-probe matrix") && !strings.Contains(out.String(), "  kubectl flux-probe\n") {
		t.Errorf("exit %d\n%s", code, out.String())
	}
}

func TestCompletion(t *testing.T) {
	kubeconfig := filepath.Join(t.TempDir(), "config")
	content := "apiVersion: v1\nkind: Config\ncontexts: [{name: prod, context: {}}, {name: dev, context: {}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"dev\nprod\n":                     {"--kubeconfig", kubeconfig, "--context", ""},
		"release\nrequired\ndocumented\n": {"--profile", ""},
		"table\n":                         {"--output", "ta"},
		"controllers\nreconcilers\n":      {"--only", ""},
	} {
		code, stdout, _ := call(t, "", append([]string{"__complete"}, args...)...)
		if code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("%v: exit %d, got %q, want %q", args, code, stdout, want)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, stdout, _ := call(t, "", "completion", shell); code != 0 || !strings.Contains(stdout, "flux-probe") {
			t.Errorf("%s: exit %d", shell, code)
		}
	}
}

func TestSeveralOutputs(t *testing.T) {
	dir := t.TempDir()
	xml, csv := filepath.Join(dir, "report.xml"), filepath.Join(dir, "report,1.csv")
	report := `{"apiVersion": "flux-probe/v1alpha1", "kind": "Report", "summary": {"result": "pass"}, "findings": []}`
	code, stdout, stderr := call(t, report, "show", "-", "-o", "name", "-o", "junit="+xml, "-o", "csv="+csv)
	if code != 0 || stdout != "" || stderr != "" {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	for path, want := range map[string]string{xml: "<testsuites", csv: "section,code"} {
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s holds %q, %v", path, text, err)
		}
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "none", "report.json"): "there is no folder " + filepath.Join(dir, "none"),
		filepath.Join(xml, "report.json"):         xml + " is no folder",
		dir:                                       dir + " is a folder",
	} {
		code, _, stderr = call(t, report, "show", "-", "-o", "json="+file)
		if code != 2 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, want) {
			t.Errorf("exit %d, stderr %q; want %q", code, stderr, want)
		}
	}
}

func TestShowEndsWithTheStatusOfTheRun(t *testing.T) {
	for result, want := range map[string]int{"pass": 0, "fail": 1, "undetermined": 3} {
		report := `{"apiVersion": "flux-probe/v1alpha1", "kind": "Report", "summary": {"result": "` + result + `"}, "findings": []}`
		if code, _, stderr := call(t, report, "show", "-"); code != want {
			t.Errorf("%s: exit %d, %s", result, code, stderr)
		}
	}
}

func TestMatrixFiles(t *testing.T) {
	rules := filepath.Join(t.TempDir(), "rules.yaml")
	write := func(content string) {
		content = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n" + content
		if err := os.WriteFile(rules, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("expectations:\n- subjects: [{kind: User, name: oncall}]\n  access: [{verbs: [get], resources: [secret]}]\n  expect: deny\nwaivers:\n- {match: {codes: [FP5*]}, reason: known, owner: me, until: 2020-01-01}\n")
	code, stdout, stderr := call(t, "", "demo", "-o", "table", "-f", rules)
	if code != 2 || stdout != "" || !strings.Contains(stderr, rules+`:5:39: expectations[0].access[0].resources[0]: the cluster has no resource "secret" in API group core; did you mean secrets?`) {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	write("expectations:\n- subjects: [{kind: User, name: oncall}]\n  access: [{verbs: [get], resources: [secrets]}]\n  expect: deny\n- subject: []\n  expects: no\n")
	if code, _, stderr = call(t, "", "demo", "-o", "table", "-f", rules); code != 2 || strings.Count(stderr, rules) != 5 {
		t.Errorf("exit %d, stderr %q", code, stderr)
	}
	write("expectations:\n- subjects: [{kind: User, name: oncall}]\n  access: [{verbs: [get], resources: [secrets]}]\n  expect: allow\nwaivers:\n- {match: {codes: [FP901]}, reason: known, owner: me}\n- {match: {codes: [FP5*]}, reason: old, owner: me, until: 2020-01-01}\n")
	code, stdout, stderr = call(t, "", "demo", "-o", "wide", "-f", rules, "--only", "custom")
	if code != 0 || !strings.Contains(stdout, "waived: known (me, it is missing)") || !strings.Contains(stdout, "FP902") {
		t.Errorf("exit %d, stderr %s, stdout %s", code, stderr, stdout)
	}
	if code, stdout, stderr = call(t, "", "demo", "-o", "table", "-f", rules, "--builtin=false", "--fail-on", "warning"); code != 1 || !strings.Contains(stdout, "2 checks") {
		t.Errorf("exit %d, stderr %s, stdout %s", code, stderr, stdout)
	}
	if code, _, stderr = call(t, "", "demo", "--builtin=false"); code != 2 || !strings.Contains(stderr, "leaves nothing to ask") {
		t.Errorf("exit %d, stderr %s", code, stderr)
	}
}

func TestBaselineAndDiff(t *testing.T) {
	base := filepath.Join(t.TempDir(), "base.json")
	code, report, stderr := call(t, "", "demo", "-o", "json")
	if code != 1 {
		t.Fatalf("exit %d, %s", code, stderr)
	}
	if err := os.WriteFile(base, []byte(report), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call(t, "", "demo", "-o", "json", "--baseline", base); code != 0 || stderr != "" || !strings.Contains(stdout, "it is in the baseline") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, stdout, _ := call(t, report, "diff", base, "-"); code != 0 || stdout != "no differences\n" {
		t.Errorf("exit %d, %s", code, stdout)
	}
	better := strings.Replace(report, `"verdict": "pass"`, `"verdict": "missing"`, 1)
	if code, stdout, _ := call(t, better, "diff", "-", base); code != 1 || !strings.Contains(stdout, "now pass") || !strings.HasSuffix(stdout, "\n1 changed\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if code, _, stderr := call(t, better, "demo", "-o", "name", "--baseline", "-"); code != 0 || !strings.HasPrefix(stderr, "fixed since -: 1\n  FP") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	for _, format := range []string{"json", "markdown"} {
		if code, stdout, stderr := call(t, better, "diff", base, "-", "-o", format); code != 1 || !strings.Contains(stdout, "missing") {
			t.Errorf("%s: exit %d, %s%s", format, code, stdout, stderr)
		}
	}
	if code, _, stderr := call(t, "", "diff", base, "cluster:prod", "--token", "t"); code != 2 || !strings.Contains(stderr, "--token: no side is cluster:") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "diff", base); code != 2 || !strings.Contains(stderr, "two sides") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
