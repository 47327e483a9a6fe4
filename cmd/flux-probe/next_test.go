// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe/scan"
)

var nextLine = regexp.MustCompile(`(?m)^ *next: (.*)$`)

// TestNextCommandsWork types each next command of each mode: every one is exactly one command that works.
func TestNextCommandsWork(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "with space")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, name := range []string{"demo.yaml", "saved.json"} {
		text := scan.DemoManifests()
		if name == "saved.json" {
			_, report, _ := call(t, "", "demo", "-o", "json")
			text = []byte(report)
		}
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	warnings := "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\noverrides:\n- {match: {codes: [FP401]}, severity: warning}\n"
	if err := os.WriteFile("it's.yaml", []byte(warnings), 0o600); err != nil {
		t.Fatal(err)
	}
	object := "apiVersion: v1\nkind: Secret\nmetadata: {namespace: shop, name: new}\n"
	if err := os.WriteFile("new.yaml", []byte(object), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"demo": "flux-probe demo fix",
		"demo -n shop --only tenants,isolation --profile required": "flux-probe demo fix --profile required --namespace shop --only tenants --only isolation",
		"--manifests demo.yaml":                                                             "flux-probe fix --manifests demo.yaml",
		"--manifests ../with§space --kube-version v1.37":                                    "flux-probe fix --kube-version v1.37 --manifests '../with space'",
		"--manifests demo.yaml -f it's.yaml --only tenants -n shop --strict --builtin=true": "flux-probe fix --builtin --filename 'it'\\''s.yaml' --manifests demo.yaml --strict --namespace shop --only tenants --fail-on warning",
		"demo --assume delete=RoleBinding/shop/deployer":                                    "flux-probe demo fix --assume delete=RoleBinding/shop/deployer",
		"demo preflight kustomization/shop -n shop -f new.yaml":                             "",
		"--manifests - ":  "",
		"show saved.json": "",
	} {
		for _, format := range []string{"table", "wide", "markdown"} {
			words := append(split(strings.TrimSpace(args)), "-o", format)
			_, out, stderr := call(t, string(scan.DemoManifests()), words...)
			lines := nextLine.FindAllStringSubmatch(out, -1)
			if last := ""; format != "markdown" {
				if len(lines) > 0 && !strings.HasPrefix(lines[len(lines)-1][0], " ") {
					last = lines[len(lines)-1][1]
				}
				if last != want {
					t.Errorf("%s -o %s ends with %q, want %q\n%s", args, format, last, want, stderr)
				}
			}
			typed := map[string]bool{}
			for _, line := range lines {
				command := strings.TrimSuffix(strings.Trim(line[1], "`"), "`<br>")
				if typed[command] || strings.HasPrefix(command, "kubectl ") || strings.HasPrefix(args, "--manifests - ") {
					continue
				}
				typed[command] = true
				if code, _, stderr := call(t, "", shellWords(t, command)[1:]...); code != 0 {
					t.Errorf("%s: %s ends with %d: %s", args, command, code, stderr)
				}
			}
		}
	}
}

// split cuts a call at its spaces; § stands for one that is part of a word.
func split(args string) []string {
	words := strings.Split(args, " ")
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "§", " ")
	}
	return words
}

// shellWords splits a command as a shell does, as far as quotes go.
func shellWords(t *testing.T, command string) []string {
	t.Helper()
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(command); i++ {
		switch c := command[i]; {
		case c == '\'':
			quoted, begun = !quoted, true
		case c == '\\' && !quoted:
			i++
			word.WriteByte(command[i])
		case c == ' ' && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if quoted || strings.ContainsAny(command, ";|&`,") && !strings.Contains(command, "'") {
		t.Errorf("%s is not one command", command)
	}
	return append(words, word.String())
}
