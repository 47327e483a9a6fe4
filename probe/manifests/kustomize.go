// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// overlay is a folder with a kustomization file.
type overlay struct {
	folder string
	file   string                                                        // the kustomization file
	edit   func(folder string, kustomization *types.Kustomization) error // of what the file says; nil for none
	types.Kustomization
}

// readOverlay reads a kustomization file, and refuses what building it would fetch or execute.
func readOverlay(folder, file string, text []byte) (*overlay, error) {
	o := &overlay{folder: folder, file: file}
	if err := o.Unmarshal(text); err != nil {
		return nil, o.problem("%v", err)
	}
	if err := o.CheckEmpty(); err != nil && o.Kind != types.ComponentKind {
		return nil, o.problem("%v", err)
	}
	o.FixKustomization()
	switch {
	case len(o.HelmCharts) > 0 || len(o.HelmChartInflationGenerator) > 0:
		return nil, o.problem("it inflates a Helm chart, and helm is not run; give the output of kustomize build --enable-helm")
	case len(o.Generators)+len(o.Transformers)+len(o.Validators) > 0:
		return nil, o.problem("it has generators, transformers or validators, and plugins are not run; give the output of kustomize build")
	}
	for _, path := range o.paths() {
		if remote(path) {
			return nil, o.problem("%q is remote, and nothing is fetched; give the output of kustomize build", path)
		}
	}
	return o, nil
}

func (o *overlay) problem(format string, args ...any) *Error {
	return &Error{File: o.file, Problem: "it cannot be built: " + fmt.Sprintf(format, args...)}
}

// paths are all that o refers to, whether it is a file, a folder or the text of a patch.
func (o *overlay) paths() []string {
	paths := slices.Concat(o.Resources, o.Components, o.Crds, o.Configurations, []string{o.OpenAPI["path"]})
	for _, p := range o.PatchesStrategicMerge { //nolint:staticcheck // deprecated, and still in many repositories
		paths = append(paths, string(p))
	}
	for _, p := range slices.Concat(o.Patches, o.PatchesJson6902) { //nolint:staticcheck // likewise
		paths = append(paths, p.Path)
	}
	for _, r := range o.Replacements {
		paths = append(paths, r.Path)
	}
	sources := func(s types.KvPairSources) {
		for _, file := range slices.Concat(s.FileSources, s.EnvSources, []string{s.EnvSource}) {
			paths = append(paths, file[strings.Index(file, "=")+1:])
		}
	}
	for _, g := range o.ConfigMapGenerator {
		sources(g.KvPairSources)
	}
	for _, g := range o.SecretGenerator {
		sources(g.KvPairSources)
	}
	return paths
}

// remote reports whether kustomize would fetch a path: a URL, or what it takes for a Git repository
// (sigs.k8s.io/kustomize/api internal/git/repospec.go@v0.21.1). The text of a patch is no path.
func remote(path string) bool {
	if strings.Contains(path, "\n") {
		return false
	}
	path = strings.ToLower(path)
	user, rest, scp := strings.Cut(path, "@")
	return strings.Contains(path, "://") || strings.HasPrefix(path, "git::") || strings.HasPrefix(path, "github.com") ||
		scp && strings.Contains(rest, ":") && !strings.Contains(user, "/")
}

// bases are the folders that o builds on.
func (o *overlay) bases() []string {
	var folders []string
	for _, path := range slices.Concat(o.Resources, o.Components) {
		folders = append(folders, filepath.Join(o.folder, path))
	}
	return folders
}

// build builds o as kustomize-controller does: without plugins, and with files from anywhere. It returns
// the objects, annotated with their origin, and the files that were read.
func (o *overlay) build() ([]*resource.Resource, map[string]bool, error) {
	disk := &recordingDisk{FileSystem: filesys.MakeFsOnDisk(), of: o, read: map[string]bool{}}
	built, err := krusty.MakeKustomizer(&krusty.Options{
		Reorder: krusty.ReorderOptionNone, LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig(),
	}).Run(disk, o.folder)
	switch {
	case disk.refused != nil:
		return nil, nil, disk.refused
	case err != nil:
		return nil, nil, o.problem("%v", err)
	}
	return built.Resources(), disk.read, nil
}

// recordingDisk is the disk. It keeps which files were read, hands out only kustomization files that
// readOverlay accepts, and asks in each for the origins of its objects.
type recordingDisk struct {
	filesys.FileSystem
	of      *overlay // what is built
	read    map[string]bool
	refused error
}

// ReadFile reads a file.
func (d *recordingDisk) ReadFile(path string) ([]byte, error) {
	text, err := d.FileSystem.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d.read[filepath.Clean(path)] = true
	if !slices.Contains(konfig.RecognizedKustomizationFileNames(), filepath.Base(path)) {
		return text, nil
	}
	o, err := readOverlay(filepath.Dir(path), path, text)
	if err != nil {
		d.refused = err
		return nil, err
	}
	edited := d.of.edit != nil && d.of.isFile(path)
	if edited {
		if err := d.of.edit(d.of.folder, &o.Kustomization); err != nil {
			d.refused = o.problem("%v", err)
			return nil, d.refused
		}
	}
	if slices.Contains(o.BuildMetadata, types.OriginAnnotations) && !edited {
		return text, nil
	}
	// It has been read as YAML, where a key more at the end is as good as one anywhere.
	if !slices.Contains(o.BuildMetadata, types.OriginAnnotations) {
		o.BuildMetadata = append(o.BuildMetadata, types.OriginAnnotations)
	}
	return marshal(o.Kustomization)
}
