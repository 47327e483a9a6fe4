// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"io"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// Build is how the folder of an object of Flux is built: by its kustomization file and by what the object adds to it.
type Build struct {
	Path string                                                        // of the folder, from the root of its source
	Edit func(folder string, kustomization *types.Kustomization) error // changes what the file says; nil for nothing
	Each func(*resource.Resource) error                                // changes each object that was built; nil for nothing
}

// ReadBuilt is Read for what one object of Flux applies. A folder is built as b says if it has a kustomization file, or
// if there is one in the folder below it that b.Path leads to. Everything else is taken as rendered; the second result
// names the folders of which that is so. The content of all objects but Secrets is kept. The error is an *Error.
func ReadBuilt(stdin io.Reader, b Build, paths ...string) (*Manifests, []string, error) {
	m := &Manifests{overlays: map[string]bool{}, ignored: map[string]int{}, builds: &b, whole: true}
	err := m.readAll(stdin, paths)
	return m, m.rendered, err
}

// buildFolder builds a folder as m.builds says; it is false if there is no kustomization file.
func (m *Manifests) buildFolder(path string) (bool, error) {
	for _, folder := range m.candidates(path) {
		for _, name := range konfig.RecognizedKustomizationFileNames() {
			file := filepath.Join(folder, name)
			text, err := os.ReadFile(file)
			if err != nil {
				continue // the next name, or no kustomization file
			}
			o, err := readOverlay(folder, file, text)
			if err != nil {
				return true, err
			}
			o.edit = m.builds.Edit
			return true, m.addOverlay(o, m.builds.Each)
		}
	}
	m.rendered = append(m.rendered, path)
	return false, nil
}

// candidates are the folders that can be the one to build: that of the path, and the one that was given.
func (m *Manifests) candidates(path string) []string {
	if folder, ok := below(path, m.builds.Path); ok && folder != path {
		return []string{folder, path}
	}
	return []string{path}
}

// addOverlay builds an overlay and adds its objects, each changed by each.
func (m *Manifests) addOverlay(o *overlay, each func(*resource.Resource) error) error {
	built, _, err := o.build()
	if err != nil {
		return err
	}
	m.overlays[o.folder] = true
	for _, r := range built {
		origin, err := r.GetOrigin()
		if err != nil {
			return o.problem("%v", err)
		}
		name := r.GetName() // which each can change
		if each != nil {
			if err := each(r); err != nil {
				return o.problem("%s %s: %v", r.GetKind(), r.GetName(), err)
			}
		}
		if err := m.addBuiltFrom(o, r, origin, name); err != nil {
			return err
		}
	}
	return nil
}

// isFile reports whether a path that kustomize reads is the file of o.
func (o *overlay) isFile(path string) bool {
	a, errA := os.Stat(path)
	b, errB := os.Stat(o.file)
	return errA == nil && errB == nil && os.SameFile(a, b)
}
