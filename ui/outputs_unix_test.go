// SPDX-License-Identifier: Apache-2.0

//go:build unix

package ui

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A new file has the mode that the user's umask gives to new files.
func TestNewFilesHonourTheUmask(t *testing.T) {
	before := syscall.Umask(0o022)
	defer syscall.Umask(before)
	for umask, want := range map[int]os.FileMode{0o022: 0o644, 0o077: 0o600, 0o002: 0o664} {
		path := filepath.Join(t.TempDir(), "report.json")
		syscall.Umask(umask)
		if err := (Outputs{{"json", path}}).Write(nil, wellReport(), Options{}); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("umask %03o: %v, %v, want %v", umask, info.Mode(), err, want)
		}
	}
}
