// SPDX-License-Identifier: Apache-2.0

// Command sbom writes the SPDX document of a program. The environment variable SOURCE_DATE_EPOCH is when it was
// made, in seconds since 1970.
package main

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spdx/tools-golang/json"

	"github.com/flux-probe/flux-probe/packaging/sbom"
)

func main() {
	version := flag.String("version", "", "the version of the program, without a v")
	flag.Parse()
	if err := run(*version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(version string, args []string) error {
	if version == "" || len(args) != 2 {
		return errors.New("want -version VERSION PROGRAM DOCUMENT")
	}
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	info, err := buildinfo.ReadFile(args[0])
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(args[1]), ".spdx.json")
	var b bytes.Buffer
	if err := json.Write(sbom.Document(info, name, version, time.Unix(seconds, 0)), &b, json.Indent("  ")); err != nil {
		return err
	}
	return os.WriteFile(args[1], b.Bytes(), 0o644)
}
