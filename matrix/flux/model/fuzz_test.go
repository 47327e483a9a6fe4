// SPDX-License-Identifier: Apache-2.0

package model

import (
	"encoding/json"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// FuzzInventory reads the inventory of any object: an entry or an error for each item, and entries that read back as
// cli-utils writes them.
func FuzzInventory(f *testing.F) {
	for _, id := range []string{"apps_web_apps_Deployment", "_system__reader_rbac.authorization.k8s.io_ClusterRole", "_a_b__Namespace", "_____", "", "a:b_c__d_e_F"} {
		f.Add(id, `{"status":{"inventory":{"entries":[{"id":"`+id+`","v":"v1"},{"id":7},null,[]]}}}`)
	}
	f.Add("x", `{"status":{"inventory":{"entries":{}}}}`)
	f.Add("x", `{"status":[{"inventory":null}]}`)
	f.Fuzz(func(t *testing.T, id, object string) {
		if e, err := parseEntry(id); err == nil {
			if e.Name == "" || e.Kind == "" {
				t.Errorf("%q has no name or no kind: %+v", id, e)
			}
			if again, err := parseEntry(formatEntry(e)); named(e) && (err != nil || again != e) {
				t.Errorf("%+v is written as %q, which is %+v, %v", e, formatEntry(e), again, err)
			}
		}
		var content map[string]any
		if json.Unmarshal([]byte(object), &content) != nil {
			return
		}
		list, _ := fields.Get(content, "status.inventory.entries").([]any)
		inventory := readInventory(snapshot.Object{Fields: content})
		if got := len(inventory.Entries) + len(inventory.Errors); got != len(list) || inventory.Found != (len(list) > 0) {
			t.Errorf("%s has %d items, and %d were read: %+v", object, len(list), got, inventory)
		}
		for _, e := range fields.Each(content, "status.inventory.entries[]") {
			if fields.Get(content, "status.inventory") == nil || !strings.HasPrefix(e.Path, "status.inventory.entries[") {
				t.Errorf("%s has an element at %s", object, e.Path)
			}
		}
	})
}

// formatEntry is the id of an entry (fluxcd/cli-utils pkg/object/objmetadata.go@v1.2.3).
func formatEntry(e Entry) string {
	return strings.Join([]string{e.Namespace, strings.ReplaceAll(e.Name, ":", "__"), e.Group, e.Kind}, "_")
}

// named reports whether an object can have the name of e: those of RBAC can have colons, and an underscore beside a
// colon cannot be told from it.
func named(e Entry) bool {
	for part := range strings.SplitSeq(e.Name, ":") {
		if part != "" && len(validation.IsDNS1123Subdomain(part)) > 0 {
			return false
		}
	}
	return !strings.Contains(e.Kind+e.Group, "_")
}
