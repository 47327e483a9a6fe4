// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseOutputs(t *testing.T) {
	for name, tc := range map[string]struct {
		values []string
		want   Outputs
		err    string
	}{
		"none":           {nil, Outputs{}, ""},
		"one":            {[]string{"json"}, Outputs{{"json", ""}}, ""},
		"several":        {[]string{"table", "junit=a=b.xml", "csv=c,d.csv"}, Outputs{{"table", ""}, {"junit", "a=b.xml"}, {"csv", "c,d.csv"}}, ""},
		"unknown":        {[]string{"xml=report.xml"}, nil, `unknown output format "xml": use one of ` + strings.Join(Formats(), ", ")},
		"no file":        {[]string{"json="}, nil, `"json=" names no file: use json for standard output, or json=FILE`},
		"dash":           {[]string{"json=-"}, nil, `"json=-" names no file: use json for standard output, or json=FILE`},
		"two to stdout":  {[]string{"json", "yaml"}, nil, "json and yaml cannot both go to standard output: use yaml=FILE"},
		"two to a file":  {[]string{"json=a", "yaml=./a"}, nil, "json and yaml cannot both go to ./a"},
		"the same twice": {[]string{"json=a", "json=b"}, Outputs{{"json", "a"}, {"json", "b"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseOutputs(tc.values)
			if diff := cmp.Diff(tc.want, got); diff != "" || (err == nil) != (tc.err == "") || err != nil && err.Error() != tc.err {
				t.Errorf("error %v, want %q (-want +got):\n%s", err, tc.err, diff)
			}
		})
	}
}

func TestOutputsAreWholeOrAbsent(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("no space left")
	if err := writeFile(path, func(w io.Writer) error { return errors.Join(Write(w, "json", wellReport(), Options{}), broken) }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "before" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := (Outputs{{"json", path}}).Write(nil, wellReport(), Options{Color: true, Width: 40}); err != nil {
		t.Error(err)
	}
	var want bytes.Buffer
	if err := Write(&want, "json", wellReport(), Options{}); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || !bytes.Equal(text, want.Bytes()) {
		t.Errorf("the file holds %d bytes of %d, %v", len(text), want.Len(), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has another mode: %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestOutputErrors(t *testing.T) {
	for name, path := range map[string]string{"no folder": "no-such-folder/report.json", "full disk": "/dev/full"} {
		if err := (Outputs{{"json", path}}).Write(nil, wellReport(), Options{}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := (Outputs{{"json", ""}}).Write(brokenWriter{os.ErrClosed}, wellReport(), Options{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v, want the error of standard output", err)
	}
}
