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
// folder are read when they end in .yaml, .yml or .json; a folder with a kustomization file is built. The error is
// an *Error.
func Read(stdin io.Reader, paths ...string) (*Manifests, error) {
	return readAll(stdin, false, paths)
}

// ReadWhole is Read, and keeps the content of all objects but Secrets.
func ReadWhole(stdin io.Reader, paths ...string) (*Manifests, error) {
	return readAll(stdin, true, paths)
}

func readAll(stdin io.Reader, whole bool, paths []string) (*Manifests, error) {
	m := &Manifests{overlays: map[string]bool{}, ignored: map[string]int{}, whole: whole}
	if err := m.readAll(stdin, paths); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Manifests) readAll(stdin io.Reader, paths []string) error {
	for _, path := range paths {
		if path == "-" {
			text, err := io.ReadAll(stdin)
			if err != nil {
				return &Error{File: standardInput, Problem: err.Error()}
			}
			if err := m.add(standardInput, text, false); err != nil {
				return err
			}
			continue
		}
		before := len(m.objects)
		if err := m.readPath(path); err != nil {
			return unread(path, err)
		}
		if len(m.objects) == before {
			return &Error{File: path, Problem: "it holds no Kubernetes objects"}
		}
	}
	return m.unique()
}

func (m *Manifests) readPath(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		path = filepath.Clean(path)
		m.roots = append(m.roots, path)
		if m.builds != nil {
			if built, err := m.buildFolder(path); built || err != nil {
				return err
			}
		}
		return m.readFolder(path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return m.add(path, text, false)
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

// ownGroup is the group of the documents of flux-probe, such as saved reports.
const ownGroup = "flux-probe/"

// addObject adds an object, or the objects of a list. The items of a typed list can lack what
// they are: it is version and kind then.
func (m *Manifests) addObject(d document, raw json.RawMessage, version, kind string, found bool) error {
	var o struct {
		APIVersion string
		Kind       string
		Metadata   struct {
			Namespace, Name     string
			Labels, Annotations json.RawMessage
		}
		Items []json.RawMessage
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
	if strings.HasPrefix(version, ownGroup) && kind == "Report" && !found {
		return d.problem(d.line, "it is a saved report and no manifest: the command show prints it")
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
	read := object{
		document: d, group: group, version: version, kind: kind, namespace: o.Metadata.Namespace, name: o.Metadata.Name,
		labels: texts(o.Metadata.Labels), annotations: texts(o.Metadata.Annotations),
	}
	switch {
	case !read.used():
		m.ignored[read.groupKind()]++
	case read.name == "":
		return d.problem(d.lineOf("metadata"), "the %s has no metadata.name", kind)
	default:
		read.raw = raw
	}
	if m.whole && (read.group != "" || read.kind != "Secret") {
		read.whole = raw
	}
	m.objects = append(m.objects, read)
	return nil
}

// texts reads labels or annotations. The API server refuses those that are no texts.
func texts(raw json.RawMessage) map[string]string {
	var all map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &all) != nil {
		return nil
	}
	read := make(map[string]string, len(all))
	for key, value := range all {
		if text, ok := value.(string); ok {
			read[key] = text
		}
	}
	return read
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
			err = o.problem(o.line, "%s is there a second time, and not as in %s: give only what is applied together, for example one of several overlays",
				o.title(), before.position())
		}
		return true
	})
	return err
}
