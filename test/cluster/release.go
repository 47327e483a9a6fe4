// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// releases are the Flux releases that InstallFlux knows by their minor.
var releases = map[string]string{
	"2.2": "v2.2.3", "2.3": "v2.3.0", "2.4": "v2.4.0", "2.5": "v2.5.1", "2.6": "v2.6.4", "2.7": "v2.7.5", "2.9": "v2.9.5",
}

// release is one Flux release as its Go module ships it.
type release struct {
	version    string            // v2.9.5
	components map[string]string // controller to its version
	rbac       []*unstructured.Unstructured
}

// readRelease reads a release from the Go module github.com/fluxcd/flux2/v2: the controllers and their
// versions from manifests/bases, the RBAC from manifests/rbac. Go checks the module's sum.
func readRelease(ctx context.Context, minor string) (*release, error) {
	minor = cmp.Or(minor, "2.9")
	version, known := releases[minor]
	if !known {
		return nil, fmt.Errorf("no Flux release %q among the tests' releases: %s", minor, strings.Join(slices.Sorted(maps.Keys(releases)), ", "))
	}
	out, err := output(exec.CommandContext(ctx, "go", "mod", "download", "-json", "github.com/fluxcd/flux2/v2@"+version))
	if err != nil {
		return nil, fmt.Errorf("downloading the manifests of Flux %s: %w", version, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal([]byte(out), &module); err != nil {
		return nil, fmt.Errorf("reading the answer of go mod download: %w", err)
	}
	r := &release{version: version}
	if r.components, err = readComponents(filepath.Join(module.Dir, "manifests", "bases")); err != nil {
		return nil, err
	}
	for _, name := range [...]string{"controller", "reconciler", "edit", "view", "resourcequota"} {
		content, err := os.ReadFile(filepath.Join(module.Dir, "manifests", "rbac", name+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("reading the RBAC of Flux %s: %w", version, err)
		}
		objects, err := Decode(content)
		if err != nil {
			return nil, fmt.Errorf("reading the RBAC of Flux %s: %w", version, err)
		}
		r.rbac = append(r.rbac, objects...)
	}
	return r, nil
}

// deploymentURL is how a base names the version of its controller.
var deploymentURL = regexp.MustCompile(`/releases/download/(v[^/]+)/([a-z-]+)\.deployment\.yaml`)

// readComponents returns the version of every controller of a release.
func readComponents(bases string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(bases, "*", "kustomization.yaml"))
	if err != nil {
		return nil, err
	}
	components := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if match := deploymentURL.FindSubmatch(content); match != nil {
			components[string(match[2])] = string(match[1])
		}
	}
	if len(components) == 0 {
		return nil, fmt.Errorf("no controllers in %s: the layout of flux2 has changed", bases)
	}
	return components, nil
}

// Decode reads the objects of a YAML stream.
func Decode(content []byte) ([]*unstructured.Unstructured, error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096)
	var objects []*unstructured.Unstructured
	for {
		object := new(unstructured.Unstructured)
		switch err := decoder.Decode(&object.Object); {
		case errors.Is(err, io.EOF):
			return objects, nil
		case err != nil:
			return nil, fmt.Errorf("decoding YAML: %w", err)
		case len(object.Object) > 0:
			objects = append(objects, object)
		}
	}
}
