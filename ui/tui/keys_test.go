// SPDX-License-Identifier: Apache-2.0

package tui

import "testing"

func TestKeyTable(t *testing.T) { golden(t, "keys.md", KeyTable()) }

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
