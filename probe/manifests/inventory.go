// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"cmp"
	"path"
	"path/filepath"
	"strings"
)

// inventories gives each Kustomization without an inventory the one that it would have: the objects
// of the manifests below its spec.path, where that folder was given too. A folder that builds on
// another is seen without it; the output of kustomize build has no folders, and gives no inventory.
func (s *snapshot) inventories(objects []object) {
	for _, k := range s.Objects {
		if k.Kind != "Kustomization" {
			continue
		}
		spec, _ := k.Fields["spec"].(map[string]any)
		folder, _ := spec["path"].(string)
		folder = strings.Trim(path.Clean("/"+folder), "/")
		status, _ := k.Fields["status"].(map[string]any)
		if folder == "" || status["inventory"] != nil {
			continue
		}
		target, _ := spec["targetNamespace"].(string)
		var entries []any
		for _, o := range objects {
			if o.below(folder) && o.group != "kustomize.config.k8s.io" && o.name != "" {
				entries = append(entries, s.entry(o, target))
			}
		}
		if len(entries) == 0 {
			continue
		}
		if status == nil {
			status = map[string]any{}
			k.Fields["status"] = status
		}
		status["inventory"] = map[string]any{"entries": entries}
	}
}

// below says whether the object's file is in folder, wherever the paths that were read begin.
func (o object) below(folder string) bool {
	return strings.Contains("/"+path.Dir(filepath.ToSlash(o.file))+"/", "/"+folder+"/")
}

// entry is an object as an inventory names it: namespace_name_group_kind, in which the colons that
// the names of RBAC objects can have are two underscores (fluxcd/cli-utils pkg/object/objmetadata.go),
// and the version.
func (s *snapshot) entry(o object, target string) map[string]any {
	namespace := o.namespace
	if r, ok := s.resources[o.group+"/"+o.kind]; ok && r.Namespaced || !ok && namespace != "" {
		namespace = cmp.Or(target, namespace)
	}
	return map[string]any{
		"id": strings.Join([]string{namespace, strings.ReplaceAll(o.name, ":", "__"), o.group, o.kind}, "_"),
		"v":  o.version,
	}
}
