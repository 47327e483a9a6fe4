// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// Output is one place that a report goes to.
type Output struct {
	Format string // one of Formats
	File   string // a path; empty is standard output
}

// Outputs are the places that one report goes to, at most one of them standard output.
type Outputs []Output

// ParseOutputs reads values of -o: a format for standard output, or FORMAT=FILE. Its errors are an
// UnknownFormatError, or say which value cannot be meant.
func ParseOutputs(values []string) (Outputs, error) {
	outputs := make(Outputs, 0, len(values))
	for _, value := range values {
		format, file, toFile := strings.Cut(value, "=")
		switch {
		case !slices.Contains(Formats(), format):
			return nil, &UnknownFormatError{Format: format, Known: Formats()}
		case toFile && (file == "" || file == "-"):
			return nil, fmt.Errorf("%q names no file: use %s for standard output, or %s=FILE", value, format, format)
		}
		for _, o := range outputs {
			if !toFile && o.File == "" {
				return nil, fmt.Errorf("%s and %s cannot both go to standard output: use %s=FILE", o.Format, format, format)
			}
			if toFile && o.File != "" && filepath.Clean(o.File) == filepath.Clean(file) {
				return nil, fmt.Errorf("%s and %s cannot both go to %s", o.Format, format, file)
			}
		}
		outputs = append(outputs, Output{format, file})
	}
	return outputs, nil
}

// Write prints r to all outputs, the files first, and ends at the first error. Options are those of
// standard output: files hold neither colour nor lines of a terminal's width. A file is there whole
// or, after an error, as it was before.
func (o Outputs) Write(stdout io.Writer, r *probe.Report, options Options) error {
	for _, output := range o {
		if output.File == "" {
			continue
		}
		plain := options
		plain.Color, plain.Width = false, 0
		if err := writeFile(output.File, func(w io.Writer) error { return Write(w, output.Format, r, plain) }); err != nil {
			return fmt.Errorf("%s: %w", output.File, err)
		}
	}
	for _, output := range o {
		if output.File == "" {
			return Write(stdout, output.Format, r, options)
		}
	}
	return nil
}

// writeFile makes path by write, under another name until it is complete. What is no plain file, like
// /dev/stderr or a named pipe, is written to as it is: it cannot be replaced.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, write)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if err := write(file); err != nil {
		return err
	}
	mode := os.FileMode(0o644) // CreateTemp makes files that only their owner reads
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := file.Chmod(mode); err != nil {
		return err
	}
	if err := file.Sync(); err != nil { // a full disk may show only now
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func writeInto(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
