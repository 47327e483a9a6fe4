// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// Read is the report that Write printed as json or yaml, in this version or an earlier one. Its text is made
// printable again, as a file can come from anywhere; the summary is the saved one. Errors are one line, and name
// the place in the file as far as it is known. Fields that are not known are those of a later version.
func Read(r io.Reader) (*probe.Report, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := bytes.TrimSpace(data)
	switch {
	case len(text) == 0:
		return nil, errors.New("the report is empty: save one with -o json or -o yaml")
	case text[0] == '{':
	default:
		if text, err = yamlToJSON(data); err != nil {
			return nil, errors.New("the report is neither JSON nor YAML: " + safetext.Printable(err.Error()))
		}
		data = nil // offsets into the converted text are not those of the file
	}
	var report probe.Report
	if err := decode(text, data, &report); err != nil {
		// for a document that is not a report at all, an error about a field would mislead
		return nil, cmp.Or(identify(text, data), err)
	}
	if err := identified(report.APIVersion, report.Kind); err != nil {
		return nil, err
	}
	report.APIVersion = probe.SavedVersion // in memory they are all the same
	findings := report.Findings
	report.Findings = nil
	restore, restoreAccepted := keepPatches(report.Problems), keepPatches(report.Accepted)
	printable(reflect.ValueOf(&report).Elem())
	restore()
	restoreAccepted()
	report.Findings = findings
	for i, f := range findings {
		findings[i] = f.Printable()
	}
	return &report, nil
}

// identify returns an error for a document that is not a report of a known version.
func identify(text, file []byte) error {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := decode(text, file, &head); err != nil {
		return err
	}
	return identified(head.APIVersion, head.Kind)
}

func identified(apiVersion, kind string) error {
	if apiVersion != probe.SavedVersion && apiVersion != probe.APIVersion {
		return fmt.Errorf("the report has apiVersion %q: want %q or %q", apiVersion, probe.SavedVersion, probe.APIVersion)
	}
	if kind != probe.ReportKind {
		return fmt.Errorf("the document has kind %q: want %q", kind, probe.ReportKind)
	}
	return nil
}

// decode reads the one document of text. File, when set, is what the offsets of text's errors are
// turned into lines of.
func decode(text, file []byte, into any) error {
	err := json.Unmarshal(text, into)
	if err == nil {
		return nil
	}
	offset, what := int64(-1), safetext.Printable(err.Error())
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = e.Offset
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset, what = e.Offset, fmt.Sprintf("%s is of type %s, want %s", safetext.Printable(e.Field), e.Value, e.Type)
		if e.Field == "" {
			what = fmt.Sprintf("the document is of type %s, want a report", e.Value)
		}
	}
	if file == nil || offset < 0 {
		return errors.New("the report cannot be read: " + what)
	}
	// text is file without the white space around it
	start := bytes.Index(file, text)
	before := file[:min(len(file), start+int(offset))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Errorf("the report cannot be read: line %d, column %d: %s", line, max(1, column), what)
}

// printable makes every text in v printable.
func printable(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(safetext.Printable(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			printable(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			printable(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			printable(v.Elem())
		}
	}
}

// ReadFile is Read from a file, or from stdin when path is -.
func ReadFile(stdin io.Reader, path string) (*probe.Report, error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it was only read
		in = file
	}
	report, err := Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return report, nil
}
