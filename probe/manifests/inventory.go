// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// claim is what a Kustomization without an inventory would apply of the manifests.
type claim struct {
	of      snapshot.Object
	source  string
	target  string // spec.targetNamespace
	objects []object
}

// inventories gives each Kustomization without an inventory the one that it would have: the objects
// of the manifests below its spec.path, where that folder was given too. The output of kustomize build has no
// folders, and gives no inventory by them. Which source the given folders are is not known: where Kustomizations of
// different sources would apply the same objects, for example because each has the path ./deploy of its own
// repository, none of them gets an inventory, and that is reported. Objects that are labelled as what one applies, because
// they were rendered for it, are its inventory wherever they were read.
func (s *reading) inventories(m *Manifests, objects []object) {
	var claims []claim
	rendered := owned(objects)
	for _, k := range s.Objects {
		if k.Kind != "Kustomization" && k.Kind != "HelmRelease" {
			continue
		}
		spec, _ := k.Fields["spec"].(map[string]any)
		status, _ := k.Fields["status"].(map[string]any)
		if status["inventory"] != nil {
			continue
		}
		if labelled := rendered[k.String()]; len(labelled) > 0 {
			s.keep(claim{of: k, objects: labelled})
			continue
		}
		if k.Kind != "Kustomization" {
			continue
		}
		folder, _ := spec["path"].(string)
		c := claim{of: k, source: sourceOf(k.Namespace, spec)}
		c.target, _ = spec["targetNamespace"].(string)
		if c.objects = m.applied(folder, objects); len(c.objects) > 0 {
			claims = append(claims, c)
		}
	}
	contested := rivals(claims)
	for i, c := range claims {
		if len(contested[i]) == 0 {
			s.keep(c)
			continue
		}
		var names []string
		for _, rival := range contested[i] {
			names = append(names, claims[rival].of.String())
		}
		s.gap("what "+c.of.String()+" applies", "its path is also one of "+strings.Join(names, " and ")+", whose source is another one, and it is not known which of the sources the manifests are")
	}
}

// owned are the objects that were rendered for an object of Flux: the labels that it puts on what it applies, as flux
// build kustomization prints them, name it (fluxcd/pkg ssa/owner.go@v0.76.2).
func owned(objects []object) map[string][]object {
	found := map[string][]object{}
	for _, o := range objects {
		for kind, domain := range map[string]string{"Kustomization": "kustomize.toolkit.fluxcd.io/", "HelmRelease": "helm.toolkit.fluxcd.io/"} {
			if name := o.labels[domain+"name"]; name != "" && o.name != "" {
				owner := kind + " " + o.labels[domain+"namespace"] + "/" + name
				found[owner] = append(found[owner], o)
			}
		}
	}
	return found
}

// sourceOf names the source of a Kustomization.
func sourceOf(namespace string, spec map[string]any) string {
	ref, _ := spec["sourceRef"].(map[string]any)
	kind, _ := ref["kind"].(string)
	name, _ := ref["name"].(string)
	if other, _ := ref["namespace"].(string); other != "" {
		namespace = other
	}
	return kind + " " + namespace + "/" + name
}

// rivals finds for each claim those of other sources that share an object with it.
func rivals(claims []claim) [][]int {
	type id struct{ group, kind, namespace, name string }
	owners := map[id][]int{}
	for i, c := range claims {
		for _, o := range c.objects {
			key := id{o.group, o.kind, o.namespace, o.name}
			owners[key] = append(owners[key], i)
		}
	}
	found := make([][]int, len(claims))
	for _, all := range owners {
		for _, i := range all {
			for _, j := range all {
				if claims[i].source != claims[j].source && !slices.Contains(found[i], j) {
					found[i] = append(found[i], j)
				}
			}
		}
	}
	for i := range found {
		slices.Sort(found[i])
	}
	return found
}

// keep writes the inventory of a claim.
func (s *reading) keep(c claim) {
	var entries []any
	for _, o := range c.objects {
		entries = append(entries, s.entry(o, c.target))
	}
	status, ok := c.of.Fields["status"].(map[string]any)
	if !ok {
		status = map[string]any{}
		c.of.Fields["status"] = status
	}
	status["inventory"] = map[string]any{"entries": entries}
}

// applied are the objects that applying a path of a source applies, if the given folders are that source or
// parts of it: what is built there, or without a kustomization file all that lies below.
func (m *Manifests) applied(path string, objects []object) []object {
	var folders []string
	for _, root := range m.roots {
		if folder, ok := below(root, path); ok {
			folders = append(folders, folder)
		}
	}
	var found []object
	for _, o := range objects {
		if o.group == konfigGroup || o.name == "" || o.file == standardInput {
			continue
		}
		if slices.ContainsFunc(folders, func(folder string) bool {
			return folder == o.folder || !m.overlays[folder] && isBelow(folder, o.folder)
		}) {
			found = append(found, o)
		}
	}
	return found
}

// below finds the folder of a source's path in root. Root can be the source itself, a folder on the way to
// path, like tenants for tenants/production, or path and what leads to it, like clusters/production.
func below(root, of string) (folder string, ok bool) {
	segments := strings.Split(strings.Trim(path.Clean("/"+filepath.ToSlash(of)), "/"), "/")
	if segments[0] == "" {
		return root, true
	}
	if folder = filepath.Join(append([]string{root}, segments...)...); isFolder(folder) {
		return folder, true
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return "", false
	}
	for n := len(segments); n > 0; n-- {
		if strings.HasSuffix("/"+filepath.ToSlash(absolute), "/"+strings.Join(segments[:n], "/")) {
			folder = filepath.Join(append([]string{root}, segments[n:]...)...)
			return folder, isFolder(folder)
		}
	}
	return "", false
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// isBelow reports whether a folder is one or lies in it.
func isBelow(folder, of string) bool {
	relative, err := filepath.Rel(folder, of)
	return err == nil && filepath.IsLocal(relative)
}

// entry is an object as an inventory names it: namespace_name_group_kind, in which the colons that
// the names of RBAC objects can have are two underscores (fluxcd/cli-utils pkg/object/objmetadata.go),
// and the version.
func (s *reading) entry(o object, target string) map[string]any {
	namespace := o.namespace
	if r, ok := s.resources[o.group+"/"+o.kind]; ok && r.Namespaced || !ok && namespace != "" {
		namespace = cmp.Or(target, namespace)
	}
	return map[string]any{
		"id": strings.Join([]string{namespace, strings.ReplaceAll(o.name, ":", "__"), o.group, o.kind}, "_"),
		"v":  o.version,
	}
}
