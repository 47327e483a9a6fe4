// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"strings"
)

// entry is an object that a Kustomization or HelmRelease applied, from its status.inventory.
type entry struct {
	Namespace string // empty for a cluster-scoped object
	Name      string
	Group     string
	Kind      string
}

func (e entry) String() string {
	name := e.Name
	if e.Namespace != "" {
		name = e.Namespace + "/" + name
	}
	return e.Kind + " " + name
}

// parseEntry reads the id of an inventory entry, namespace_name_group_kind (fluxcd/cli-utils
// pkg/object/objmetadata.go): the first underscore ends the namespace, the last starts the kind, the
// one before it the group, and the rest is the name, in which two underscores stand for a colon.
func parseEntry(id string) (entry, error) {
	namespace, rest, ok := strings.Cut(id, "_")
	kindAt := strings.LastIndex(rest, "_")
	if !ok || kindAt < 0 {
		return entry{}, fmt.Errorf("inventory entry %q: want namespace_name_group_kind", id)
	}
	rest, kind := rest[:kindAt], rest[kindAt+1:]
	groupAt := strings.LastIndex(rest, "_")
	if groupAt < 0 {
		return entry{}, fmt.Errorf("inventory entry %q: want namespace_name_group_kind", id)
	}
	name, group := rest[:groupAt], rest[groupAt+1:]
	if name == "" || kind == "" {
		return entry{}, fmt.Errorf("inventory entry %q: has no name or no kind", id)
	}
	return entry{Namespace: namespace, Name: strings.ReplaceAll(name, "__", ":"), Group: group, Kind: kind}, nil
}

// inventory reads the status.inventory of o; ids that cannot be read are returned as errors. It is
// false when o has no inventory: it never applied anything, or its Flux keeps none (a HelmRelease
// before Flux 2.8).
func inventory(o Object) ([]entry, []error, bool) {
	list, ok := field(o.Fields, "status.inventory.entries").([]any)
	if !ok || len(list) == 0 {
		return nil, nil, false
	}
	entries, errs := make([]entry, 0, len(list)), []error(nil)
	for _, item := range list {
		m, _ := item.(map[string]any)
		e, err := parseEntry(text(m, "id"))
		if err != nil {
			errs = append(errs, err)
			continue
		}
		entries = append(entries, e)
	}
	return entries, errs, true
}
