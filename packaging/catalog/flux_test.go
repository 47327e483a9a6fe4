// SPDX-License-Identifier: Apache-2.0

package catalog_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/packaging/catalog"
)

// TestFluxPluginInstall installs the plugin from a server as the Flux CLI does (flux2 internal/plugin/
// catalog.go, install.go and exec_unix.go@v2.9.5), and runs it from there.
func TestFluxPluginInstall(t *testing.T) {
	base, release := published(t)
	folder := t.TempDir()
	if err := install(base, "probe", folder); err != nil {
		t.Fatal(err)
	}
	receipt, err := os.ReadFile(filepath.Join(folder, "flux-probe.yaml"))
	if err != nil || !strings.Contains(string(receipt), "version: "+release.Version) {
		t.Errorf("%v: %s", err, receipt)
	}
	for args, want := range map[string]string{
		"--help":                "\n  flux probe show report.json\n",
		"version":               "flux-probe ",
		"__complete --profile=": "release\nrequired\ndocumented\n:4\n",
	} {
		cmd := exec.Command(filepath.Join(folder, "flux-probe"), strings.Fields(args)...)
		cmd.Env = append(os.Environ(), "FLUXCD_PLUGINS="+folder)
		out, err := cmd.Output() // standard output alone, as the Flux CLI reads completions
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, want %q in\n%s", args, err, want, out)
		}
	}
	release.Checksums["flux-probe_1.2.3_"+runtime.GOOS+"_"+runtime.GOARCH+".tar.gz"] = ""
	if _, err := release.Plugin(); err != nil {
		t.Error(err)
	}
	delete(release.Checksums, "flux-probe_1.2.3_windows_arm64.zip")
	if _, err := release.Plugin(); err == nil {
		t.Error("a release without an archive for each platform has a manifest")
	}
}

var commandName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// install follows the rules of the client; base is $FLUXCD_PLUGIN_CATALOG, a prefix.
func install(base, name, folder string) error {
	text, err := get(base + name + ".yaml")
	if err != nil {
		return err
	}
	var p catalog.Plugin
	if err := yaml.UnmarshalStrict(text, &p); err != nil {
		return err
	}
	switch {
	case p.APIVersion != "cli.fluxcd.io/v1beta1" || p.Kind != "Plugin":
		return fmt.Errorf("it is a %s %s", p.APIVersion, p.Kind)
	case p.Name != name || !commandName.MatchString(p.Name):
		return fmt.Errorf("the name is %q", p.Name)
	case p.Bin != "flux-"+name: // uninstalling removes the file of this name
		return fmt.Errorf("bin is %q", p.Bin)
	}
	for _, platform := range p.Versions[0].Platforms {
		if platform.OS != runtime.GOOS || platform.Arch != runtime.GOARCH {
			continue
		}
		content, err := get(platform.URL)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		if platform.Checksum != "sha256:"+hex.EncodeToString(sum[:]) {
			return fmt.Errorf("the checksum of %s is %x", platform.URL, sum)
		}
		binary, err := extract(content, p.Bin)
		if err != nil {
			return err
		}
		receipt, err := yaml.Marshal(map[string]any{"name": p.Name, "version": p.Versions[0].Version, "platform": platform})
		if err != nil {
			return err
		}
		return errors.Join(os.WriteFile(filepath.Join(folder, p.Bin), binary, 0o755), os.WriteFile(filepath.Join(folder, "flux-"+name+".yaml"), receipt, 0o644))
	}
	return fmt.Errorf("there is no %s/%s", runtime.GOOS, runtime.GOARCH)
}

func get(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(response.Body)
}

// extract returns the regular file whose base name is bin.
func extract(archive []byte, bin string) ([]byte, error) {
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("looking for %s: %w", bin, err)
		}
		if header.Typeflag == tar.TypeReg && path.Base(header.Name) == bin {
			return io.ReadAll(files)
		}
	}
}
