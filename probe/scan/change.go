// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/manifests"
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
func (c *connection) change(_ context.Context, m *model.Model, o Options) (*model.Change, error) {
	if len(o.Changes) == 0 {
		return nil, nil
	}
	change := &model.Change{}
	after := m.Snapshot
	for _, asked := range o.Changes {
		r, err := applier(m, asked, o)
		if err != nil {
			return nil, err
		}
		read, err := manifests.Read(bytes.NewReader(asked.Stdin), asked.Paths...)
		if err != nil {
			return nil, err
		}
		p := model.Plan{Reconciliation: r}
		if after, p.Objects, err = read.Over(after, homeOf(r)); err != nil {
			return nil, err
		}
		change.Plans = append(change.Plans, p)
	}
	change.After = model.New(after, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion})
	return change, nil
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
