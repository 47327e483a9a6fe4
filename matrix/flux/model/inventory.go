// SPDX-License-Identifier: Apache-2.0

package model

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Inventory is the status.inventory of an object. Found is false when there is none: nothing was applied yet, or
// this version of Flux keeps none (a HelmRelease before Flux 2.8).
type Inventory struct {
	Found   bool
	Entries []Entry
	Errors  []error // of the ids that cannot be read
}

// Entry is an object that was applied.
type Entry struct {
	Namespace string // empty for a cluster-scoped object
	Name      string
	Group     string
	Kind      string
}

// String is Kind namespace/name.
func (e Entry) String() string {
	name := e.Name
	if e.Namespace != "" {
		name = e.Namespace + "/" + name
	}
	return e.Kind + " " + name
}

func readInventory(o snapshot.Object) Inventory {
	list, ok := fields.Get(o.Fields, "status.inventory.entries").([]any)
	if !ok || len(list) == 0 {
		return Inventory{}
	}
	inventory := Inventory{Found: true, Entries: make([]Entry, 0, len(list))}
	for _, item := range list {
		m, _ := item.(map[string]any)
		e, err := parseEntry(fields.Text(m, "id"))
		if err != nil {
			inventory.Errors = append(inventory.Errors, err)
			continue
		}
		inventory.Entries = append(inventory.Entries, e)
	}
	return inventory
}

// parseEntry reads the id of an entry, namespace_name_group_kind (fluxcd/cli-utils pkg/object/objmetadata.go@v1.2.3):
// the first underscore ends the namespace, the last one starts the kind, the one before it starts the group, and the
// rest is the name, in which two underscores stand for a colon.
func parseEntry(id string) (Entry, error) {
	namespace, rest, ok := strings.Cut(id, "_")
	kindAt := strings.LastIndex(rest, "_")
	if !ok || kindAt < 0 {
		return Entry{}, fmt.Errorf("inventory entry %q: want namespace_name_group_kind", id)
	}
	rest, kind := rest[:kindAt], rest[kindAt+1:]
	groupAt := strings.LastIndex(rest, "_")
	if groupAt < 0 {
		return Entry{}, fmt.Errorf("inventory entry %q: want namespace_name_group_kind", id)
	}
	name, group := rest[:groupAt], rest[groupAt+1:]
	if name == "" || kind == "" {
		return Entry{}, fmt.Errorf("inventory entry %q: has no name or no kind", id)
	}
	return Entry{Namespace: namespace, Name: strings.ReplaceAll(name, "__", ":"), Group: group, Kind: kind}, nil
}

// applied is an object that an account applies.
type applied struct {
	account                          matrix.Subject
	group, resource, namespace, name string
}

func (m *Model) findApplied() map[applied]bool {
	found := map[applied]bool{}
	for _, r := range m.Reconciliations {
		if !r.Impersonated() {
			continue
		}
		for _, e := range r.Inventory.Entries {
			if kind, ok := m.ResourceOf(e.Group, e.Kind); ok {
				found[applied{r.Account, kind.Group, kind.Resource, e.Namespace, e.Name}] = true
			}
		}
	}
	return found
}

// Applies reports whether the access is to an object that the account applies, as some inventory shows.
func (m *Model) Applies(account matrix.Subject, a matrix.Access) bool {
	if a.Group == "" && a.Resource == "namespaces" {
		a.Namespace = ""
	}
	return a.Name != "" && m.applied[applied{account, a.Group, a.Resource, a.Namespace, a.Name}]
}
