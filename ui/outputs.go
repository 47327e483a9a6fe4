// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
// UnknownFormatError, or name the value that cannot be used.
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

// Check refuses files in folders that do not exist, before there is a report to write.
func (o Outputs) Check() error {
	for _, output := range o {
		if output.File == "" {
			continue
		}
		value, folder := output.Format+"="+output.File, filepath.Dir(output.File)
		switch info, err := os.Stat(folder); {
		case errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("%q: there is no folder %s", value, folder)
		case err == nil && !info.IsDir():
			return fmt.Errorf("%q: %s is not a folder", value, folder)
		}
		if info, err := os.Stat(output.File); err == nil && info.IsDir() {
			return fmt.Errorf("%q: %s is a folder; name a file in it", value, output.File)
		}
	}
	return nil
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
		plain.Color, plain.Width, plain.Saved = false, 0, true
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

// Save writes r to a new file in the working directory, and returns its name.
func Save(r *probe.Report) (string, error) {
	stem := programName + "-" + time.Now().Format("20060102-150405")
	name := stem + ".json"
	for n := 2; ; n++ { // a second report of the same second
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
		name = fmt.Sprintf("%s-%d.json", stem, n)
	}
	if err := (Outputs{{Format: "json", File: name}}).Write(nil, r, Options{}); err != nil {
		return "", fmt.Errorf("saving the report: %w", err)
	}
	return name, nil
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
	file, err := createBeside(path)
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
	if info, err := os.Stat(path); err == nil { // a file that is replaced keeps its mode
		if err := file.Chmod(info.Mode().Perm()); err != nil {
			return err
		}
	}
	if err := file.Sync(); err != nil { // a full disk can show only now
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// createBeside makes a new file in the folder of path. Unlike one of os.CreateTemp it has the mode that
// the umask of the process gives to new files.
func createBeside(path string) (*os.File, error) {
	for try := 0; ; try++ {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.%d", filepath.Base(path), os.Getpid(), try))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) || try == 100 {
			return file, err
		}
	}
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
