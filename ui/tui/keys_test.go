// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"os"
	"strings"
	"testing"
)

// TestKeyTable keeps docs/keys.md and the README as the keys are.
func TestKeyTable(t *testing.T) {
	golden(t, "../../../docs/keys.md", "# Keys of the terminal UI\n\nMade from the key bindings by `make golden`.\n\n"+KeyTable())
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), KeyTable()) {
		t.Error("the README does not hold the table of docs/keys.md")
	}
}

func TestKeysAreDistinct(t *testing.T) {
	seen := make(map[string]string)
	for _, group := range newKeys().groups() {
		for _, k := range group.keys {
			for _, name := range k.Keys() {
				if other, taken := seen[name]; taken {
					t.Errorf("%s is both %q and %q", name, other, k.Help().Desc)
				}
				seen[name] = k.Help().Desc
			}
		}
	}
}
