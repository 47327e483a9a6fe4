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
		"timeout":         {[]string{"demo", "--timeout", "0s"}, "--timeout 0s: want a time that is longer than 0"},
		"sample":          {[]string{"--sample", "0"}, "--sample 0: at least 1 review of each account and section must be asked"},
		"sample, files":   {[]string{"--sample", "3", "--manifests", "x"}, "--sample has no effect with --manifests: RBAC answers everything"},
		"demo --sample":   {[]string{"demo", "--sample", "3"}, "unknown flag: --sample: it would have no effect on flux-probe demo"},
		"not a number":    {[]string{"--concurrency", "many"}, `--concurrency "many": want a whole number`},
		"not true":        {[]string{"--exact=perhaps"}, `--exact "perhaps": want true or false`},
		"as flux check":   {[]string{"check"}, `unknown command "check"; to check, run flux-probe without a command`},
		"unknown shell":   {[]string{"completion", "tcsh"}, "completion takes the name of a shell: bash, fish, kubectl, powershell, zsh"},
		"service account": {[]string{"--service-account", "apps"}, `--service-account "apps": want NAMESPACE/NAME`},
		"kube version":    {[]string{"--kube-version", "v1.37"}, "--kube-version has an effect only with --manifests"},
		"manifests":       {[]string{"--manifests", "no-such-folder"}, "no-such-folder: no such file"},
		"bad manifest":    {[]string{"--manifests", "-"}, "standard input, document 1, line 1: it is no Kubernetes object: it has no apiVersion and kind"},
		"bad version":     {[]string{"--kube-version", "newest", "--manifests", "../../probe/scan/demo.yaml"}, "--kube-version: "},
		"explain":         {[]string{"explain"}, "explain takes an account, a verb and a resource"},
		"explain code":    {[]string{"explain", "FP999"}, `unknown target "FP999": use a code (FP401), KIND/NAME, or NAMESPACE/ACCOUNT VERB RESOURCE`},
		"explain account": {[]string{"explain", "shop/reconciler", "get"}, "explain takes an account, a verb and a resource"},
		"explain format":  {[]string{"explain", "FP401", "-o", "sarif"}, `--output "sarif": want one of table, json, yaml`},
		"fix format":      {[]string{"fix", "-o", "json"}, "unknown shorthand flag: 'o' in -o: it would have no effect on flux-probe fix"},
		"least format":    {[]string{"least", "a/b", "-o", "table"}, "unknown shorthand flag: 'o' in -o: it would have no effect on flux-probe least"},
		"least":           {[]string{"least", "a/b", "c/d"}, "least takes one account at most"},
		"flux version":    {[]string{"--flux-version", "newest"}, `--flux-version "newest": want a version like v2.9.5`},
		"no file":         {[]string{"show"}, "show takes one file"},
		"missing file":    {[]string{"show", "no-such-file"}, "no-such-file"},
		"no report":       {[]string{"show", "-"}, "-: "},

		"manifests as -f": {[]string{"-f", "../../probe/scan/demo.yaml"}, "documents are other Kubernetes objects"},
		"no manifests":    {[]string{"--manifests", "help"}, "help: it holds no Kubernetes objects"},
		"saved report":    {[]string{"--manifests", "../../docs/examples/report.json"}, "it is a saved report and no manifest"},

		// A flag without an effect is refused: whoever gives it expects one.
		"demo --manifests":   {[]string{"demo", "--manifests", "x"}, "unknown flag: --manifests: it would have no effect on flux-probe demo"},
		"demo --context":     {[]string{"demo", "--context", "prod"}, "unknown flag: --context: it would have no effect on flux-probe demo"},
		"show --only":        {[]string{"show", "r.json", "--only", "tenants"}, "unknown flag: --only: it would have no effect on flux-probe show"},
		"show -n":            {[]string{"show", "r.json", "-n", "shop"}, "it would have no effect on flux-probe show"},
		"show -f":            {[]string{"show", "r.json", "-f", "no-such-file.yaml"}, "it would have no effect on flux-probe show"},
		"version --exact":    {[]string{"version", "--exact"}, "unknown flag: --exact: it would have no effect on flux-probe version"},
		"version -o":         {[]string{"version", "-o", "sarif"}, `--output "sarif": want one of text, json, yaml`},
		"fix -q":             {[]string{"fix", "-q"}, "it would have no effect on flux-probe fix"},
		"matrix --fail-on":   {[]string{"matrix", "--fail-on", "warning"}, "it would have no effect on flux-probe matrix"},
		"explain --only":     {[]string{"explain", "FP401", "--only", "tenants"}, "it would have no effect on flux-probe explain"},
		"manifests, context": {[]string{"--manifests", "-", "--context", "prod"}, "--context has no effect with --manifests"},
		"diff of files":      {[]string{"diff", "a", "b", "--only", "tenants"}, "--only has no effect: no side is a cluster"},
		"tui to a file":      {[]string{"demo", "-o", "tui=x"}, "the terminal UI cannot be written to a file"},
		"near flag":          {[]string{"--outptu", "json"}, "unknown flag: --outptu; did you mean --output?"},
		"near format":        {[]string{"demo", "-o", "tabel"}, "did you mean table?"},
		"near section":       {[]string{"demo", "--only", "tenant"}, "did you mean tenants?"},
		"near profile":       {[]string{"demo", "--profile", "relase"}, "did you mean release?"},
		"other Flux":         {[]string{"demo", "--flux-namespace", "flux-sytem"}, "no Flux controllers in namespace flux-sytem: Flux runs in flux-staging, flux-system; is it the right --flux-namespace?"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := call(t, "kind: Pod\n", tc.args...)
			if code != 2 || stdout != "" || !strings.Contains(stderr, tc.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit 2 and %q in one line", code, stdout, stderr, tc.want)
			}
		})
	}
}

// Whoever closes the pipe, like head, has read what it wanted.
func TestClosedPipeIsQuiet(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = reader.Close()
	defer func() { _ = writer.Close() }()
	var errs bytes.Buffer
	code := run("flux-probe", []string{"demo", "-o", "json"}, streams{In: strings.NewReader(""), Out: writer, Err: &errs})
	if code != exitUndetermined || errs.Len() > 0 {
		t.Errorf("exit %d, stderr %q", code, &errs)
	}
}

func TestAllNamespaces(t *testing.T) {
	_, all, _ := call(t, "", "demo", "-o", "name")
	if code, stdout, _ := call(t, "", "demo", "-o", "name", "-A"); code != 1 || stdout != all {
		t.Errorf("exit %d, and the checks of another run than without -A", code)
	}
	if code, _, stderr := call(t, "", "demo", "-A", "-n", "shop"); code != 2 {
		t.Errorf("-A with -n: exit %d, %q", code, stderr)
	}
}

func TestHelpTeaches(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"matrix", "--help"}, {"show", "--help"}, {"demo", "--help"}, {"explain", "--help"}, {"fix", "--help"}, {"least", "--help"}} {
		code, stdout, _ := call(t, "", args...)
		if code != 0 || !strings.Contains(stdout, "Examples:\n") || !strings.Contains(stdout, "  flux-probe") {
			t.Errorf("%v: exit %d\n%s", args, code, stdout)
		}
		if offline := args[0] == "show" || args[0] == "demo" || args[0] == "version"; strings.Contains(stdout, "--kubeconfig") == offline {
			t.Errorf("%v: connection flags shown: %t", args, !offline)
		}
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
	for want, args := range map[string][]string{
		"shop\n":                  {"demo", "-n", ""},
		"billing/reconciler\n":    {"demo", "least", ""},
		"shop/reconciler\n":       {"explain", "--manifests", "../../probe/scan/demo.yaml", ""},
		"FP401\t":                 {"demo", "explain", ""},
		"kustomization/\n":        {"demo", "explain", "kust"},
		"kustomization/shop\n":    {"demo", "explain", "kustomization/"},
		"deletecollection\n":      {"demo", "explain", "shop/reconciler", ""},
		"serviceaccounts/token\n": {"demo", "explain", "shop/reconciler", "create", ""},
		":0\n":                    {"demo", "-o", "json="}, // a file
	} {
		if code, stdout, _ := call(t, "", append([]string{"__complete"}, args...)...); code != 0 || !strings.Contains(stdout, want) {
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
		filepath.Join(xml, "report.json"):         xml + " is not a folder",
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
	if code != 2 || stdout != "" || !strings.Contains(stderr, rules+`:5:39: expectations[0].access[0].resources[0]: the cluster has no resource "secret" in API group core: did you mean "secrets"?`) {
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
	if code, _, stderr = call(t, "", "demo", "--builtin=false"); code != 2 || !strings.Contains(stderr, "leaves nothing to check") {
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
	if code, stdout, stderr := call(t, "", "demo", "-o", "json", "--baseline", base); code != 0 || stderr != "" || !strings.Contains(stdout, "accepted by ") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, stdout, _ := call(t, report, "diff", base, "-"); code != 0 || stdout != "no differences\n" {
		t.Errorf("exit %d, %s", code, stdout)
	}
	better := strings.Replace(report, `"verdict":"pass"`, `"verdict":"missing"`, 1)
	if code, stdout, _ := call(t, better, "diff", "-", base); code != 1 || !strings.Contains(stdout, "now pass") || !strings.HasSuffix(stdout, "\n1 check changed\n") {
		t.Errorf("exit %d, %s", code, stdout)
	}
	if code, _, stderr := call(t, better, "demo", "-o", "name", "--baseline", "-"); code != 0 || !strings.HasPrefix(stderr, "fixed since -: 1\n  FP") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "demo", "-o", "name", "--only", "lockdown", "--baseline", base); code != 0 || stderr != "" {
		t.Errorf("what is not asked is fixed: exit %d, %s", code, stderr)
	}
	for _, format := range []string{"json", "markdown"} {
		if code, stdout, stderr := call(t, better, "diff", base, "-", "-o", format); code != 1 || !strings.Contains(stdout, "missing") {
			t.Errorf("%s: exit %d, %s%s", format, code, stdout, stderr)
		}
	}
	if code, _, stderr := call(t, "", "diff", base, "cluster:prod", "--token", "t"); code != 2 || !strings.Contains(stderr, "--token has no effect: no side is cluster:") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if code, _, stderr := call(t, "", "diff", base); code != 2 || !strings.Contains(stderr, "two sides") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
