// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/packaging/catalog"
	"github.com/flux-probe/flux-probe/packaging/internal/archive"
)

// released returns the archive of a release for this platform, and its name. It is that of the snapshot in
// the folder $FLUX_PROBE_DIST, and else it holds a flux-probe that is built here.
var released = sync.OnceValues(func() (content []byte, err error) {
	if dist := os.Getenv("FLUX_PROBE_DIST"); dist != "" {
		found, err := filepath.Glob(filepath.Join(dist, "flux-probe_*_"+runtime.GOOS+"_"+runtime.GOARCH+".tar.gz"))
		if err != nil || len(found) != 1 {
			return nil, fmt.Errorf("%s holds %d archives for this platform: %w", dist, len(found), err)
		}
		return os.ReadFile(found[0])
	}
	program, err := archive.Program()
	if err != nil {
		return nil, err
	}
	license, err := os.ReadFile("../../LICENSE")
	if err != nil {
		return nil, err
	}
	return archive.Pack(map[string][]byte{"LICENSE": license, "flux-probe": program})
})

// published serves a release on loopback: its catalogue, and the archive for this platform.
func published(t *testing.T) (base string, release catalog.Release) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the archive that is made here is a tar")
	}
	content, err := released()
	if err != nil {
		t.Fatal(err)
	}
	files := http.NewServeMux()
	server := httptest.NewServer(files)
	t.Cleanup(server.Close)

	release = catalog.Release{Version: "1.2.3", Base: server.URL + "/", Checksums: checksums(t)}
	name := "flux-probe_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	sum := sha256.Sum256(content)
	release.Checksums[name] = hex.EncodeToString(sum[:])
	plugin, err := release.Plugin()
	if err != nil {
		t.Fatal(err)
	}
	for path, file := range map[string][]byte{"probe.yaml": document(t, plugin), "catalog.yaml": document(t, catalog.Catalog()), name: content} {
		files.HandleFunc("GET /"+path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(file) })
	}
	return server.URL + "/", release
}

// checksums are those of a release, as its file of checksums gives them.
func checksums(t *testing.T) map[string]string {
	t.Helper()
	var text strings.Builder
	for _, name := range []string{"darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "linux_amd64.tar.gz", "linux_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip"} {
		sum := sha256.Sum256([]byte(name))
		fmt.Fprintf(&text, "%x  flux-probe_1.2.3_%s\n", sum, name)
	}
	fmt.Fprintf(&text, "%064d  flux-probe-1.2.3.tar.gz\n%064d  flux-probe_1.2.3_linux_amd64.spdx.json\n", 0, 0)
	sums, err := catalog.ReadChecksums(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

func document(t *testing.T, content any) []byte {
	t.Helper()
	text, err := yaml.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
