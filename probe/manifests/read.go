// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// standardInput stands for a file where errors name one.
const standardInput = "standard input"

// Read reads files, folders with all that is below them, and stdin where a path is "-". Files of a
// folder are read when they end in .yaml, .yml or .json. The error is an *Error.
func Read(stdin io.Reader, paths ...string) (*Manifests, error) {
	m := &Manifests{ignored: map[string]int{}}
	for _, path := range paths {
		if path == "-" {
			text, err := io.ReadAll(stdin)
			if err != nil {
				return nil, &Error{File: standardInput, Problem: err.Error()}
			}
			if err := m.add(standardInput, text, false); err != nil {
				return nil, err
			}
			continue
		}
		err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir():
				if file != path && strings.HasPrefix(entry.Name(), ".") {
					return filepath.SkipDir
				}
				return nil
			case file != path && !slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(file)):
				return nil
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			return m.add(file, text, file != path)
		})
		if err != nil {
			return nil, unread(path, err)
		}
	}
	return m, m.unique()
}

func unread(path string, err error) error {
	if bad := (*Error)(nil); errors.As(err, &bad) {
		return err
	}
	if failed := (*fs.PathError)(nil); errors.As(err, &failed) {
		return &Error{File: failed.Path, Problem: failed.Err.Error()}
	}
	return &Error{File: path, Problem: err.Error()}
}

// add reads a file. One that was found in a folder need not be a manifest: it may be the values of a
// chart, or a kustomization.
func (m *Manifests) add(file string, text []byte, found bool) error {
	for _, d := range split(file, text) {
		raw, err := yaml.YAMLToJSONStrict(d.text)
		if err != nil {
			return d.unparsed(err)
		}
		if err := m.addObject(d, raw, "", "", found); err != nil {
			return err
		}
	}
	return nil
}

// notObject counts what a folder has besides manifests.
const notObject = "no Kubernetes object"

// addObject adds an object, or the objects of a list. The items of a typed list need not say what
// they are: that is version and kind then.
func (m *Manifests) addObject(d document, raw json.RawMessage, version, kind string, found bool) error {
	var o struct {
		APIVersion string
		Kind       string
		Metadata   struct{ Namespace, Name string }
		Items      []json.RawMessage
	}
	if string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		wrong := (*json.UnmarshalTypeError)(nil)
		switch isType := errors.As(err, &wrong); {
		case isType && wrong.Field == "" && found:
			m.ignored[notObject]++
			return nil
		case isType:
			return d.problem(d.lineOf(wrong.Field), "it is no Kubernetes object: %s must not be of type %s", cmp.Or(wrong.Field, "the document"), wrong.Value)
		default:
			return d.problem(d.line, "it is no Kubernetes object: %v", err)
		}
	}
	version, kind = cmp.Or(o.APIVersion, version), cmp.Or(o.Kind, kind)
	if version == "" || kind == "" {
		if !found {
			return d.problem(d.line, "it is no Kubernetes object: it has no apiVersion and kind")
		}
		m.ignored[notObject]++
		return nil
	}
	if of, isList := strings.CutSuffix(kind, "List"); isList && o.Metadata.Name == "" {
		for _, item := range o.Items {
			if err := m.addObject(d, item, version, of, found); err != nil {
				return err
			}
		}
		return nil
	}
	group, version, ok := strings.Cut(version, "/")
	if !ok {
		group, version = "", group
	}
	read := object{document: d, group: group, version: version, kind: kind, namespace: o.Metadata.Namespace, name: o.Metadata.Name}
	switch {
	case !read.used():
		m.ignored[read.groupKind()]++
	case read.name == "":
		return d.problem(d.lineOf("metadata"), "the %s has no metadata.name", kind)
	default:
		read.raw = raw
	}
	m.objects = append(m.objects, read)
	return nil
}

// unique keeps one of several equal objects; two that differ are an error, because only one of them
// could be applied.
func (m *Manifests) unique() error {
	type identity struct{ group, kind, namespace, name string }
	seen := map[identity]object{}
	var err error
	m.objects = slices.DeleteFunc(m.objects, func(o object) bool {
		if o.raw == nil {
			return false
		}
		id := identity{o.group, o.kind, o.namespace, o.name}
		before, ok := seen[id]
		if !ok {
			seen[id] = o
			return false
		}
		if err == nil && string(before.raw) != string(o.raw) {
			err = o.problem(o.line, "%s is there a second time, and not as in %s, document %d: give the output of kustomize build instead of folders that overlay each other",
				o.title(), before.file, before.number)
		}
		return true
	})
	return err
}
