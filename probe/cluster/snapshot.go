// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// SnapshotOptions choose what is read. The zero value finds Flux by itself.
type SnapshotOptions struct {
	FluxNamespace string // where Flux runs; found by its Deployments when empty
	FluxVersion   string // v2.9.5; found by labels when empty
	Namespace     string // the namespace to be probed alone; what may not be read elsewhere is read there
}

// reading is one Snapshot in the making.
type reading struct {
	*Cluster
	options SnapshotOptions
	slots   chan struct{} // bounds the lists in flight

	lock   sync.Mutex
	unread map[string]string
}

// maxLists is how many lists are read at a time: enough to hide the round trips, and few enough to
// keep small what is held of undecoded answers.
const maxLists = 8

// Snapshot reads the cluster: discovery, the Deployments of Flux, its objects, and Namespaces,
// ServiceAccounts and RBAC objects; never a Secret or ConfigMap. A list that fails is named in
// Unread and costs only itself. The errors are that the server does not answer, that ctx ended,
// and *NoFluxError.
func (c *Cluster) Snapshot(ctx context.Context, o SnapshotOptions) (*flux.Snapshot, error) {
	r := &reading{Cluster: c, options: o, slots: make(chan struct{}, maxLists), unread: make(map[string]string)}
	s := &flux.Snapshot{Unread: r.unread}
	var (
		tasks       sync.WaitGroup
		controllers []flux.Controller
		crd         map[string]string
		errs        [2]error
	)
	tasks.Go(func() { s.Kubernetes, errs[0] = c.Version(ctx) })
	tasks.Go(func() {
		s.Resources, s.FailedGroups, errs[1] = c.resources(ctx)
		s.Objects = r.objects(ctx, s.Resources)
	})
	tasks.Go(func() { controllers = r.controllers(ctx) })
	tasks.Go(func() { crd = r.versionLabels(ctx) })
	tasks.Go(func() { s.Namespaces = r.namespaces(ctx) })
	tasks.Go(func() { s.ServiceAccounts = r.serviceAccounts(ctx) })
	tasks.Go(func() { s.Roles = r.roles(ctx) })
	tasks.Go(func() { s.Bindings = r.bindings(ctx) })
	tasks.Wait()
	if err := cmp.Or(ctx.Err(), errs[0], errs[1]); err != nil {
		return nil, err
	}
	s.Installs = flux.Installs(controllers, flux.Evidence{Given: o.FluxVersion, CRD: crd, Namespaces: s.Namespaces})
	if len(s.Installs) == 0 && (o.Namespace == "" || r.unread[deployments] == "") {
		return nil, &NoFluxError{Namespace: o.FluxNamespace, Unread: r.unread[deployments]}
	}
	return s, nil
}

// fallback are the namespaces that are read one by one when a list of all is forbidden.
func (r *reading) fallback() []string {
	namespaces := []string{cmp.Or(r.options.FluxNamespace, DefaultFluxNamespace)}
	if r.options.Namespace != "" && !slices.Contains(namespaces, r.options.Namespace) {
		namespaces = append(namespaces, r.options.Namespace)
	}
	return namespaces
}

// missed notes that a resource could not be read, or not in full.
func (r *reading) missed(resource, reason string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.unread[resource] = reason
}
