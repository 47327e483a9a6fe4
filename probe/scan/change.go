// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/preflight"
	"github.com/flux-probe/flux-probe/probe/resolve"
)

// Change is what is about to be applied: by an object of Flux, whose next inventory it is, or as an account.
type Change struct {
	Target  string         // KIND/NAME of a Kustomization, HelmRelease or ResourceSet, in Options.Focus; empty with Account
	Account matrix.Subject // NAMESPACE/NAME of who applies it; zero with Target
	Paths   []string       // files, folders, and - for Stdin
	Stdin   []byte
}

// change reads what is about to be applied; nil if nothing is.
func (c *connection) change(ctx context.Context, m *model.Model, o Options) (*model.Change, []matrix.Gap, error) {
	if len(o.Changes) == 0 {
		return nil, nil, nil
	}
	var gaps []matrix.Gap
	change := &model.Change{}
	after := m.Snapshot
	for _, asked := range o.Changes {
		r, err := applier(m, asked, o)
		if err != nil {
			return nil, nil, err
		}
		read, unknown, err := preflight.Read(ctx, r.Object, c.values(), bytes.NewReader(asked.Stdin), asked.Paths...)
		if err != nil {
			return nil, nil, err
		}
		gaps = append(gaps, unknown...)
		p := model.Plan{Reconciliation: r}
		if after, p.Objects, err = read.Over(after, homeOf(r)); err != nil {
			return nil, nil, err
		}
		p.Live = c.live(ctx, m, p)
		change.Plans = append(change.Plans, p)
	}
	change.After = model.New(after, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion})
	return change, gaps, nil
}

// live reads what is known on the cluster of the objects that the inventory has and the next one has not, or the other way
// round: whether they exist, and the labels and annotations that keep them. For manifests nothing is known.
func (c *connection) live(ctx context.Context, m *model.Model, p model.Plan) map[model.Entry]model.Live {
	if c.cluster == nil {
		return nil
	}
	had := map[model.Entry]bool{}
	for _, e := range p.Inventory.Entries {
		had[e] = true
	}
	entries := p.Dropped()
	for _, e := range p.Entries() {
		if !had[e] {
			entries = append(entries, e)
		}
	}
	entries = slices.DeleteFunc(entries, func(e model.Entry) bool {
		r, served := m.ResourceOf(e.Group, e.Kind)
		return !served || r.Namespaced != (e.Namespace != "")
	})
	named := make([]cluster.Named, len(entries))
	for i, e := range entries {
		r, _ := m.ResourceOf(e.Group, e.Kind)
		named[i] = cluster.Named{Resource: r, Namespace: e.Namespace, Name: e.Name}
	}
	live := map[model.Entry]model.Live{}
	for i, read := range c.cluster.Metadata(ctx, named) {
		if read != nil {
			live[entries[i]] = model.Live(*read)
		}
	}
	return live
}

// values reads ConfigMaps of the cluster; nil for manifests.
func (c *connection) values() preflight.Values {
	if c.cluster == nil {
		return nil
	}
	return c.cluster.ConfigMap
}

// applier finds what applies a change.
func applier(m *model.Model, asked Change, o Options) (*model.Reconciliation, error) {
	if asked.Target == "" {
		account, err := resolve.Account(m.Snapshot, asked.Account.String())
		return &model.Reconciliation{Account: account, By: "the command line"}, err
	}
	object, err := resolve.Object(m.Snapshot, fluxKinds, asked.Target, o.focus())
	if err != nil {
		return nil, err
	}
	r, ok := m.Reconciliation(object)
	if !ok {
		return nil, &resolve.Error{Problem: resolve.NotFound, Value: asked.Target, Cause: fmt.Sprintf("%s applies no objects: name a Kustomization, HelmRelease or ResourceSet", object)}
	}
	return r, nil
}

// homeOf is the namespace of objects that name none. kustomize-controller and flux-operator do not choose one; Helm
// takes that of the release.
func homeOf(r *model.Reconciliation) string {
	target := fields.Text(r.Fields, "spec.targetNamespace")
	if r.Kind == "HelmRelease" {
		return cmp.Or(target, r.Namespace)
	}
	return target
}
