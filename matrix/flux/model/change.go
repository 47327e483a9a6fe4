// SPDX-License-Identifier: Apache-2.0

package model

import (
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Change is what is about to be applied: the next inventories of some objects.
type Change struct {
	Plans []Plan
	After *Model // the model as it will be once everything is applied
}

// Plan is the next inventory of an object, or what is about to be applied as an account.
type Plan struct {
	*Reconciliation // as it is now; without a kind and a name if only an account was named
	Objects         []snapshot.Planned
	Live            map[Entry]Live // what was read of the objects on the cluster; it can lack any of them
}

// Live is what was read of an object on the cluster.
type Live struct {
	Exists      bool
	UID         string
	Labels      map[string]string
	Annotations map[string]string
}

// EntryOf returns the entry that an inventory has for an object.
func EntryOf(o snapshot.Planned) Entry {
	return Entry{Namespace: o.Namespace, Name: o.Name, Group: o.Group, Kind: o.Kind}
}

// Entries returns the next inventory.
func (p Plan) Entries() []Entry {
	entries := make([]Entry, len(p.Objects))
	for i, o := range p.Objects {
		entries[i] = EntryOf(o)
	}
	return entries
}

// Dropped returns the entries of the inventory that the next one does not have.
func (p Plan) Dropped() []Entry {
	next := map[Entry]bool{}
	for _, e := range p.Entries() {
		next[e] = true
	}
	var dropped []Entry
	for _, e := range p.Inventory.Entries {
		if !next[e] {
			dropped = append(dropped, e)
		}
	}
	return dropped
}

// Applier names what applies the plan.
func (p Plan) Applier() string {
	if p.Name == "" {
		return "Flux as " + p.Account.String()
	}
	return p.String()
}

// Next returns the model after the change with nothing to reconcile but the objects of its plans, each with its next
// inventory.
func (c *Change) Next() *Model {
	next := *c.After
	next.Reconciliations = nil
	for _, p := range c.Plans {
		if p.Name == "" {
			continue
		}
		r := *p.Reconciliation
		r.Inventory = Inventory{Found: len(p.Objects) > 0, Entries: p.Entries()}
		next.Reconciliations = append(next.Reconciliations, &r)
	}
	return &next
}
