// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// apiPackages are the packages whose types become the 15 CRDs of Flux 2.9, one served version each.
var apiPackages = [...]string{
	"github.com/fluxcd/helm-controller/api/v2",
	"github.com/fluxcd/image-automation-controller/api/v1",
	"github.com/fluxcd/image-reflector-controller/api/v1",
	"github.com/fluxcd/kustomize-controller/api/v1",
	"github.com/fluxcd/notification-controller/api/v1",
	"github.com/fluxcd/notification-controller/api/v1beta3",
	"github.com/fluxcd/source-controller/api/v1",
	"github.com/fluxcd/source-watcher/api/v2/v1beta1",
}

// fluxCRDs returns Flux's CustomResourceDefinitions, generated from Flux's own API modules as pinned by
// test/crds/go.mod, and kept in the user's cache.
func fluxCRDs(ctx context.Context) ([]*apiextensionsv1.CustomResourceDefinition, error) {
	source, err := folder(ctx, "crds")
	if err != nil {
		return nil, err
	}
	cache, err := cacheDir(source)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "yaml")
	if err := generate(ctx, source, dir); err != nil {
		return nil, fmt.Errorf("generating the CRDs: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var crds []*apiextensionsv1.CustomResourceDefinition
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		crd := new(apiextensionsv1.CustomResourceDefinition)
		if err := yaml.Unmarshal(content, crd); err != nil {
			return nil, fmt.Errorf("reading %s: %w", file, err)
		}
		crds = append(crds, crd)
	}
	return crds, nil
}

// generate runs controller-gen unless the folder is there; the rename makes it appear whole.
func generate(ctx context.Context, source, dir string) error {
	unlock, err := lockedfile.MutexAt(dir + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	progress("generating the CRDs of Flux from its API modules")
	temporary := dir + ".new"
	if err := os.RemoveAll(temporary); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "tool", "controller-gen", "crd",
		"paths="+strings.Join(apiPackages[:], ";"), "output:crd:dir="+temporary)
	cmd.Dir = source
	if _, err := output(cmd); err != nil {
		return err
	}
	return os.Rename(temporary, dir)
}

// componentOf names the controller that a CRD is shipped with: flux2 manifests/bases@v2.9.5.
func componentOf(crd *apiextensionsv1.CustomResourceDefinition) string {
	switch crd.Spec.Group {
	case "source.extensions.fluxcd.io":
		return "source-watcher"
	case "image.toolkit.fluxcd.io":
		if crd.Spec.Names.Plural == "imageupdateautomations" {
			return "image-automation-controller"
		}
		return "image-reflector-controller"
	}
	return strings.TrimSuffix(crd.Spec.Group, ".toolkit.fluxcd.io") + "-controller"
}
