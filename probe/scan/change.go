// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
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

// change reads what is about to be applied over what was read or is assumed; nil if nothing is.
func (c *connection) change(ctx context.Context, r *reading, o Options) (*model.Change, []matrix.Gap, error) {
	if len(o.Changes) == 0 {
		return nil, nil, nil
	}
	var gaps []matrix.Gap
	change := &model.Change{}
	after := r.Snapshot
	for _, asked := range o.Changes {
		applied, err := applier(r.Model, asked, o)
		if err != nil {
			return nil, nil, err
		}
		read, unknown, err := preflight.Read(ctx, applied.Object, c.values(r), bytes.NewReader(asked.Stdin), asked.Paths...)
		if err != nil {
			return nil, nil, err
		}
		for _, gap := range unknown {
			gap.Section = flux.Preflight
			gaps = append(gaps, gap)
		}
		p := model.Plan{Reconciliation: applied}
		if after, p.Objects, err = read.Over(after, homeOf(applied)); err != nil {
			return nil, nil, err
		}
		p.Live = c.live(ctx, r, p)
		change.Plans = append(change.Plans, p)
	}
	change.After = model.New(after, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion})
	return change, gaps, nil
}

// live reads what is known on the cluster of the objects that the inventory has and the next one has not, or the other way
// round: whether they exist, and the labels and annotations that keep them. For manifests nothing is known.
func (c *connection) live(ctx context.Context, in *reading, p model.Plan) map[model.Entry]model.Live {
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
		r, served := in.ResourceOf(e.Group, e.Kind)
		return !served || r.Namespaced != (e.Namespace != "")
	})
	c.look(ctx, in, entries)
	live := map[model.Entry]model.Live{}
	for _, e := range entries {
		read := in.objects[e]
		switch {
		case in.after != nil && (read != nil || in.after.Changes(e)):
			live[e] = in.after.Live(e, model.Live(*cmp.Or(read, &cluster.Metadata{})))
		case read != nil:
			live[e] = model.Live(*read)
		}
	}
	return live
}

// look reads objects of the cluster, each once, whatever is assumed.
func (c *connection) look(ctx context.Context, in *reading, entries []model.Entry) {
	entries = slices.DeleteFunc(slices.Clone(entries), func(e model.Entry) bool {
		_, looked := in.objects[e]
		return looked
	})
	named := make([]cluster.Named, len(entries))
	for i, e := range entries {
		r, _ := in.ResourceOf(e.Group, e.Kind)
		named[i] = cluster.Named{Resource: r, Namespace: e.Namespace, Name: e.Name}
	}
	for i, read := range c.cluster.Metadata(ctx, named) {
		in.objects[entries[i]] = read
	}
}

// values reads ConfigMaps of the cluster; nil for manifests. What assumptions put into a ConfigMap is not kept.
func (c *connection) values(in *reading) preflight.Values {
	if c.cluster == nil {
		return nil
	}
	if in.after == nil {
		return c.cluster.ConfigMap
	}
	return func(ctx context.Context, namespace, name string) (map[string]string, bool, error) {
		e := model.Entry{Namespace: namespace, Name: name, Kind: "ConfigMap"}
		switch {
		case !in.after.Changes(e):
			return c.cluster.ConfigMap(ctx, namespace, name)
		case in.after.Live(e, model.Live{}).Exists:
			return nil, true, errors.New("an assumption changes it")
		default:
			return nil, false, nil
		}
	}
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
