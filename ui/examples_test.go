// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The examples of the documentation are what each format prints of one saved report.
func TestExamplesAreCurrent(t *testing.T) {
	folder := filepath.Join("..", "docs", "examples")
	file, err := os.Open(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	report, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range Formats() {
		var b bytes.Buffer
		if err := Write(&b, format, report, Options{}); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("..", folder, "output", "report."+format), b.Bytes())
	}
}
