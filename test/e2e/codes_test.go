// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/docs"
)

// TestEveryCodeIsProbed reports the codes that no test on the API server mentions.
func TestEveryCodeIsProbed(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	var all strings.Builder
	for _, file := range append(scripts, "authorizer_test.go") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	for _, code := range docs.Codes() {
		if !strings.Contains(all.String(), code+" ") {
			t.Errorf("no script finds %s", code)
		}
	}
}
