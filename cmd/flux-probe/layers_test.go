// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/flux-probe/flux-probe/"

// rooms says what a package, and all below it that have no room of their own, may neither import nor
// reach through what it imports. Entries without a dot in the first part are packages of this module.
var rooms = map[string][]string{
	"matrix":             {"matrix/flux", "probe", "ui", "cmd", "k8s.io/client-go"},
	"matrix/flux":        {"probe/cluster", "probe/manifests", "ui", "cmd", "k8s.io/client-go"},
	"probe":              {"matrix/flux", "probe/cluster", "probe/rbac", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/cluster":      {"ui", "cmd", "charm.land", "github.com/charmbracelet"},
	"probe/snapshot":     {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/rbac":         {"matrix/flux", "probe", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/compare":      {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/explain":      {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/remedy":       {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/problem":      {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/refusal":      {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/patch":        {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/unified":      {"matrix", "probe", "ui", "cmd", "k8s.io"},
	"probe/preflight":    {"probe/cluster", "probe/scan", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/admission":    {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/resolve":      {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/why":          {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/paths":        {"matrix/flux", "probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/assume":       {"probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"matrix/flux/facts":  {"matrix/flux", "probe", "ui", "cmd", "k8s.io/client-go"},
	"matrix/flux/fields": {"matrix", "probe", "ui", "cmd", "k8s.io"},
	"matrix/flux/detect": {"matrix/flux/model", "matrix/flux/checks", "probe/cluster", "probe/manifests", "ui", "cmd", "k8s.io/client-go"},
	"matrix/flux/model":  {"matrix/flux/checks", "probe/cluster", "probe/manifests", "ui", "cmd", "k8s.io/client-go"},
	"matrix/matrixfile":  {"matrix/flux", "probe/cluster", "probe/manifests", "ui", "cmd", "k8s.io/client-go"},
	"probe/policy":       {"matrix/flux", "probe/cluster", "probe/manifests", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/manifests":    {"probe/cluster", "ui", "cmd", "k8s.io/client-go", "charm.land", "github.com/charmbracelet"},
	"probe/scan":         {"ui", "cmd", "charm.land", "github.com/charmbracelet"},
	"ui":                 {"matrix/flux", "probe/cluster", "cmd", "k8s.io/client-go"},
	"docs":               {"matrix", "probe", "ui", "cmd", "k8s.io"},
	"cmd":                {},
}

// direct says what a room may not import itself; through others it may reach it.
var direct = map[string][]string{
	"matrix":             {"os", "net", "os/exec", "net/http"},
	"matrix/flux":        {"os", "net", "os/exec", "net/http"},
	"matrix/flux/facts":  {"os", "net", "os/exec", "net/http"},
	"matrix/flux/detect": {"os", "net", "os/exec", "net/http"},
	"matrix/flux/model":  {"os", "net", "os/exec", "net/http"},
	"matrix/matrixfile":  {"os", "net", "os/exec", "net/http"},
	"probe":              {"github.com/spf13"},
	"probe/scan":         {"github.com/spf13", "golang.org/x/term"},
	"ui":                 {"probe/rbac", "probe/scan"},
	"cmd":                {"probe/rbac", "k8s.io/api/rbac", "k8s.io/component-helpers", "charm.land", "github.com/charmbracelet"},
}

// TestLayers keeps imports going one way: cmd, ui, probe, matrix.
func TestLayers(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing packages: %v", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	var checked int
	for {
		var pkg struct {
			ImportPath    string
			Imports, Deps []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("reading the package list: %v", err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, module)
		room := roomOf(name)
		if room == "" {
			t.Errorf("package %s has no room: add it to the table", name)
			continue
		}
		checked++
		report(t, name, pkg.Deps, rooms[room])
		report(t, name, pkg.Imports, direct[room])
	}
	if checked < len(rooms)-1 {
		t.Errorf("only %d packages were checked", checked)
	}
}

// roomOf returns the longest room that a package is in.
func roomOf(name string) string {
	for ; name != ""; name = name[:max(0, strings.LastIndex(name, "/"))] {
		if _, found := rooms[name]; found {
			return name
		}
	}
	return ""
}

func report(t *testing.T, name string, imports, forbidden []string) {
	t.Helper()
	for _, imported := range imports {
		short := strings.TrimPrefix(imported, module)
		if slices.ContainsFunc(forbidden, func(f string) bool { return short == f || below(short, f) }) {
			t.Errorf("%s must not know %s", name, short)
		}
	}
}

// below tells whether a package is in the folder f. Standard packages have no folders here: forbidding
// os leaves os/signal alone.
func below(name, f string) bool {
	return strings.HasPrefix(name, f+"/") && !slices.Contains([]string{"os", "net"}, f)
}
