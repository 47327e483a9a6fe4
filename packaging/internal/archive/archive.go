// SPDX-License-Identifier: Apache-2.0

// Package archive makes what the tests of packaging install: a flux-probe that is built here, and archives of it as
// releases have them.
package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
)

// Program returns a flux-probe for this platform. It is built once, from the repository two folders above the working
// directory, which is the folder of the test.
var Program = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "flux-probe-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "flux-probe"), "./cmd/flux-probe")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building flux-probe: %w\n%s", err, out)
	}
	return os.ReadFile(filepath.Join(dir, "flux-probe"))
})

// Pack returns a tar.gz of executable files, by their names.
func Pack(files map[string][]byte) ([]byte, error) {
	var packed bytes.Buffer
	compress, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(compress)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(files[name]))}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err = errors.Join(archive.Close(), compress.Close())
	return packed.Bytes(), err
}
