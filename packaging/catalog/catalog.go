// SPDX-License-Identifier: Apache-2.0

// Package catalog writes the entries by which plugin managers find a release.
//
//	checksums of a release ──▶ Release ──▶ probe.yaml, catalog.yaml (Flux CLI), flux-probe.yaml (krew)
package catalog

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// What is said of flux-probe everywhere.
const (
	Repository  = "https://github.com/flux-probe/flux-probe"
	description = "Check that every Flux service account can do what it must, and nothing more"
	license     = "Apache-2.0"
)

// platforms are those of a release, in the order of fluxcd/plugins.
var platforms = []struct{ OS, Arch, Format string }{
	{"darwin", "amd64", ".tar.gz"}, {"darwin", "arm64", ".tar.gz"},
	{"linux", "amd64", ".tar.gz"}, {"linux", "arm64", ".tar.gz"},
	{"windows", "amd64", ".zip"}, {"windows", "arm64", ".zip"},
}

// Release is a published release.
type Release struct {
	Version   string            // 1.2.3, without v
	Base      string            // where its files are, with the slash at the end; of the tag when empty
	Checksums map[string]string // SHA-256 in hexadecimal by the name of the archive
}

var checksumLine = regexp.MustCompile(`^([0-9a-f]{64})  (flux-probe[-_]\S+)$`)

// ReadChecksums reads what sha256sum and goreleaser write. Other files than archives are left out.
func ReadChecksums(r io.Reader) (map[string]string, error) {
	sums := map[string]string{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		match := checksumLine.FindStringSubmatch(lines.Text())
		if match == nil {
			return nil, fmt.Errorf("checksums: %q is not a SHA-256 and the name of a file of flux-probe", lines.Text())
		}
		if name := match[2]; strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".zip") {
			sums[name] = match[1]
		}
	}
	return sums, lines.Err()
}

// archive returns the address and the checksum of the archive for a platform.
func (r Release) archive(os, arch, format string) (url, sum string, err error) {
	name := fmt.Sprintf("flux-probe_%s_%s_%s%s", r.Version, os, arch, format)
	sum, ok := r.Checksums[name]
	if !ok {
		return "", "", fmt.Errorf("release %s has no checksum of %s", r.Version, name)
	}
	base := r.Base
	if base == "" {
		base = Repository + "/releases/download/v" + r.Version + "/"
	}
	return base + name, sum, nil
}
