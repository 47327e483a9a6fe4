// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

// codeLiteral is a check code as Go source, or a fact that is a check, holds it.
var codeLiteral = regexp.MustCompile(`"(FP\d{3})"`)

// emitted returns the codes that the packages below checks emit, by section.
func emitted(t *testing.T) map[string]string {
	t.Helper()
	sections := map[string]string{}
	read := func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range codeLiteral.FindAllStringSubmatch(string(text), -1) {
			section := filepath.Base(filepath.Dir(path))
			if was, again := sections[m[1]]; again && was != section {
				t.Errorf("%s is in sections %s and %s", m[1], was, section)
			}
			sections[m[1]] = section
		}
		return err
	}
	for _, folder := range []string{"checks", "../../probe/admission"} { // what dry-runs find is judged there
		if err := filepath.WalkDir(folder, read); err != nil {
			t.Fatal(err)
		}
	}
	for _, piece := range facts.Load().Flags.Lockdown {
		sections[piece.Code] = "lockdown"
	}
	return sections
}

// TestCatalog compares the catalogue with the codes that are emitted and with those that are documented.
func TestCatalog(t *testing.T) {
	sources := map[string]string{}
	for _, section := range loadCatalog().Sections {
		sources[section.Name] = section.Source
		if _, derived := sections[section.Name]; derived != (section.Source == "flux") {
			t.Errorf("section %s has source %s, derived here: %v", section.Name, section.Source, derived)
		}
	}
	catalogued := map[string]string{}
	var codes []string
	for _, e := range Catalog() {
		codes = append(codes, e.Code)
		if sources[e.Section] == "" || e.Title == "" || !slices.Contains([]string{"account", "object", "deployment", "cluster", "file"}, e.About) ||
			!slices.Contains([]matrix.Severity{matrix.Error, matrix.Warning, matrix.Info}, e.Severity) || e.Since == "" {
			t.Errorf("entry %+v is not complete", e)
		}
		if sources[e.Section] == "flux" {
			catalogued[e.Code] = e.Section
		}
	}
	if !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != len(codes) {
		t.Error("the codes are not sorted, or one is there twice")
	}
	if diff := cmp.Diff(emitted(t), catalogued); diff != "" {
		t.Error("codes and their sections (-emitted +catalogue):\n" + diff)
	}
	if diff := cmp.Diff(docs.Codes(), codes); diff != "" {
		t.Error("codes (-docs/checks.md +catalogue):\n" + diff)
	}
}

// TestSectionsAreIndependent keeps the sections from importing each other.
func TestSectionsAreIndependent(t *testing.T) {
	for name := range sections {
		paths, err := filepath.Glob("checks/" + name + "/*.go")
		if err != nil || len(paths) == 0 {
			t.Fatalf("section %s has no package: %v", name, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") && strings.Contains(string(text), `/matrix/flux/checks/`) {
				t.Errorf("%s imports another section", path)
			}
		}
	}
}
