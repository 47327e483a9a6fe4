// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/flux-probe/flux-probe/matrix/file"
	"github.com/flux-probe/flux-probe/matrix/flux"
)

// readMatrixFiles reads what -f names: files, folders with all .yaml, .yml and .json files in them,
// and - for standard input. All mistakes are told at once.
func (o *options) readMatrixFiles() error {
	var errs []error
	o.files = nil
	for _, path := range o.filenames {
		paths, err := expandFolder(path)
		if err != nil {
			errs = append(errs, err)
		}
		for _, p := range paths {
			set, err := parseMatrixFile(o.in, p)
			o.files, errs = append(o.files, set...), append(errs, err)
		}
	}
	if !o.builtin && len(o.files) == 0 && errors.Join(errs...) == nil {
		return usagef("--builtin=false leaves nothing to ask: name a matrix file with -f")
	}
	return matrixFileError(errors.Join(errs...))
}

// matrixFileError ends the program with status 2, with a line for each mistake.
func matrixFileError(err error) error {
	if err == nil {
		return nil
	}
	return usagef("matrix files that cannot be used; nothing was asked\n%w", err)
}

func expandFolder(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil // opening it says what is wrong
	}
	entries, err := os.ReadDir(path)
	var paths []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(e.Name())) {
			paths = append(paths, filepath.Join(path, e.Name()))
		}
	}
	if len(paths) == 0 && err == nil {
		err = fmt.Errorf("%s: no .yaml, .yml or .json file is in it", path)
	}
	return paths, err
}

func parseMatrixFile(in io.Reader, path string) (file.Set, error) {
	if path == "-" {
		return file.Parse(file.StandardInput, in)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return file.Parse(path, f)
}

// part says whether the flags leave out some of what could be asked: then a waiver that matches
// nothing is no mistake.
func (o *options) part() bool {
	return o.namespace != "" || !o.builtin || o.profile != string(flux.Release)
}
