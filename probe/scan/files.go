// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

// ReadMatrixFiles reads matrix files: files, all .yaml, .yml and .json files of folders, and - for stdin.
// The error is a *MatrixFileError that joins all mistakes.
func ReadMatrixFiles(stdin io.Reader, names ...string) (matrixfile.Documents, error) {
	var files matrixfile.Documents
	var errs []error
	for _, name := range names {
		paths, err := expandFolder(name)
		errs = append(errs, err)
		for _, path := range paths {
			set, err := readMatrixFile(stdin, path)
			files, errs = append(files, set...), append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, &MatrixFileError{Err: err}
	}
	return files, nil
}

func expandFolder(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil // opening it reports what is wrong
	}
	entries, err := os.ReadDir(path)
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(e.Name())) {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	if len(paths) == 0 && err == nil {
		err = fmt.Errorf("%s: the folder has no .yaml, .yml or .json file", path)
	}
	return paths, err
}

func readMatrixFile(stdin io.Reader, path string) (matrixfile.Documents, error) {
	if path == "-" {
		return matrixfile.Parse(matrixfile.StandardInput, stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return matrixfile.Parse(path, f)
}
