// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// folder is a folder that was given, with what was found below it.
type folder struct {
	files    []string
	overlays map[string]*overlay // by folder
}

// readFolder reads all below path. Where a folder has a kustomization file, that decides what is applied of it: the
// folder is built, unless it is the base of another one that is, and its other files are left aside.
func (m *Manifests) readFolder(path string) error {
	f, err := findFiles(path)
	if err != nil {
		return err
	}
	used, err := m.buildAll(f)
	if err != nil {
		return err
	}
	for _, file := range f.files {
		if used[resolve(file)] || f.overlays[filepath.Dir(file)] != nil {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := m.add(file, text, true); err != nil {
			return err
		}
	}
	return nil
}

// findFiles finds the files that can be manifests, and the kustomization files. Hidden folders are left out.
func findFiles(path string) (*folder, error) {
	f := &folder{overlays: map[string]*overlay{}}
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != path && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		case slices.Contains(konfig.RecognizedKustomizationFileNames(), entry.Name()):
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			o, err := readOverlay(filepath.Dir(file), file, text)
			if err != nil {
				return err
			}
			f.overlays[o.folder] = o
		case slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(file)):
			f.files = append(f.files, file)
		}
		return nil
	})
	return f, err
}

// buildAll builds the overlays that no other one builds on, and returns the files that were used, resolved.
func (m *Manifests) buildAll(f *folder) (used map[string]bool, err error) {
	bases := map[string]bool{}
	for path, o := range f.overlays {
		m.overlays[path] = true
		for _, base := range o.bases() {
			bases[base] = true
		}
	}
	used = map[string]bool{}
	for _, path := range sortedKeys(f.overlays) {
		o := f.overlays[path]
		if bases[path] || o.Kind == types.ComponentKind {
			continue
		}
		built, read, err := o.build()
		if err != nil {
			return nil, err
		}
		maps.Copy(used, read)
		for _, r := range built {
			if err := m.addBuilt(o, r); err != nil {
				return nil, err
			}
		}
	}
	return used, nil
}

// resolve is the path of a file as kustomize has it: absolute, and without symbolic links.
func resolve(file string) string {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		return resolved
	}
	return absolute
}

// addBuilt adds an object that an overlay makes. It is located where its origin is, if that is a file.
func (m *Manifests) addBuilt(o *overlay, r *resource.Resource) error {
	origin, err := r.GetOrigin()
	if err != nil {
		origin = nil
	}
	return m.addBuiltFrom(o, r, origin, r.GetName())
}

// addBuiltFrom adds an object whose origin has a document with a name, or a part of a name.
func (m *Manifests) addBuiltFrom(o *overlay, r *resource.Resource, origin *resource.Origin, name string) error {
	d := document{file: o.file, folder: o.folder, line: 1, built: true}
	if origin != nil && origin.Path != "" {
		d.originate(filepath.Join(o.folder, origin.Path), r.GetKind(), name)
	}
	if err := r.SetOrigin(nil); err != nil {
		return o.problem("%v", err)
	}
	raw, err := r.MarshalJSON()
	if err != nil {
		return o.problem("%v", err)
	}
	return m.addObject(d, raw, "", "", false)
}

// originate finds the document of a file that an object was built from: overlays add to names. If a patch renamed it, it
// is the first of its kind.
func (d *document) originate(file, kind, name string) {
	text, err := os.ReadFile(file)
	if err != nil {
		return
	}
	at := func(found document) {
		d.file, d.number, d.line, d.text = found.file, found.number, found.line, found.text
	}
	first := true
	for _, candidate := range split(file, text) {
		var o struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if yaml.Unmarshal(candidate.text, &o) != nil || o.Kind != kind {
			continue
		}
		if strings.Contains(name, o.Metadata.Name) {
			at(candidate)
			return
		}
		if first {
			at(candidate)
		}
		first = false
	}
}

func marshal(k types.Kustomization) ([]byte, error) { return yaml.Marshal(k) }
