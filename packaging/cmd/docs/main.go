// SPDX-License-Identifier: Apache-2.0

// Command docs writes the man pages and completions that a release contains, and the page about the
// commands in the documentation.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/flux-probe/flux-probe/packaging/command"
)

func main() {
	program := flag.String("program", "", "the flux-probe that is described")
	version := flag.String("version", "", "its version, for man pages")
	date := flag.String("date", "0", "the date of man pages, in seconds since 1970")
	folder := flag.String("folder", "", "write man pages and completions here")
	page := flag.String("page", "", "write Markdown to this file")
	flag.Parse()
	if err := run(*program, *version, *date, *folder, *page); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func run(program, version, date, folder, page string) error {
	root, err := command.Read(program)
	if err != nil {
		return err
	}
	if page != "" {
		text, err := command.Markdown(root)
		if err != nil {
			return err
		}
		if err := os.WriteFile(page, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	if folder == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(date, 10, 64)
	if err != nil {
		return fmt.Errorf("-date: %w", err)
	}
	if err := command.WriteManPages(root, filepath.Join(folder, "man"), version, time.Unix(seconds, 0).UTC()); err != nil {
		return err
	}
	return command.WriteCompletions(program, filepath.Join(folder, "completions"))
}
