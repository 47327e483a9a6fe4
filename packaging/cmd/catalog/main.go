// SPDX-License-Identifier: Apache-2.0

// Command catalog writes probe.yaml, catalog.yaml and krew/flux-probe.yaml from the checksums of a release.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/packaging/catalog"
)

func main() {
	base := flag.String("base", "", "where the archives are, with the slash at the end (default: the release on GitHub)")
	out := flag.String("out", "dist", "the folder to write to")
	flag.Parse()
	if err := run(flag.Arg(0), *base, *out); err != nil {
		fmt.Fprintln(os.Stderr, "catalog:", err)
		os.Exit(1)
	}
}

var checksumsName = regexp.MustCompile(`^flux-probe_(.+)_checksums\.txt$`)

func run(checksums, base, out string) error {
	name := checksumsName.FindStringSubmatch(filepath.Base(checksums))
	if name == nil {
		return fmt.Errorf("want one argument, flux-probe_VERSION_checksums.txt, not %q", checksums)
	}
	file, err := os.Open(checksums)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	sums, err := catalog.ReadChecksums(file)
	if err != nil {
		return err
	}
	release := catalog.Release{Version: name[1], Base: base, Checksums: sums}
	plugin, err := release.Plugin()
	if err != nil {
		return err
	}
	krew, err := release.Krew()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(out, "krew"), 0o755); err != nil {
		return err
	}
	for path, document := range map[string]any{"probe.yaml": plugin, "catalog.yaml": catalog.Catalog(), "krew/flux-probe.yaml": krew} {
		text, err := yaml.Marshal(document)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, path), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
