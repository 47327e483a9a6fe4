// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// SnapshotOptions choose what is read. The zero value finds Flux by itself.
type SnapshotOptions struct {
	FluxNamespace string // where Flux runs; found by its Deployments when empty
	Namespace     string // the namespace to be probed alone; what cannot be listed in all namespaces is read there
}

// reading is one Snapshot in the making.
type reading struct {
	*Cluster
	options SnapshotOptions
	slots   chan struct{} // bounds the lists in flight

	lock      sync.Mutex
	unread    map[string]string
	forbidden map[string]bool
}

// maxLists is how many lists are read at a time: enough to hide the round trips, and few enough to
// keep small what is held of undecoded answers.
const maxLists = 8

// Snapshot reads the cluster: discovery, the Deployments of Flux, its objects, and Namespaces,
// ServiceAccounts, RBAC objects, webhooks and admission policies; never a Secret or ConfigMap. A list that fails is named in
// Unread and costs only itself. The errors are that the server does not answer, and that ctx ended.
//
// A server that was restarted while it was read does not serve everything yet. When a connection breaks,
// the cluster is read again, until what discovery serves stays the same and holds what is installed.
func (c *Cluster) Snapshot(ctx context.Context, o SnapshotOptions) (*snapshot.Snapshot, error) {
	for end := time.Now().Add(readPatience); ; {
		start := time.Now()
		s, err := c.read(ctx, o)
		if err != nil || !c.pulse.brokenSince(start) || time.Now().After(end) || c.serves(ctx, s) {
			return s, err
		}
		c.repeats.Retry()
	}
}

// settling is how long discovery has to stay the same.
const settling = 500 * time.Millisecond

// serves reports, after a moment, whether discovery still serves what it served to s, and the objects of
// Flux where its definitions are installed.
func (c *Cluster) serves(ctx context.Context, s *snapshot.Snapshot) bool {
	if c.repeats.Wait(ctx, settling, false) != nil {
		return true
	}
	resources, failed, err := c.resources(ctx)
	if err != nil || len(resources) != len(s.Resources) || len(failed) != len(s.FailedGroups) {
		return false
	}
	installed := len(s.Deployments) > 0 || s.Definitions[detect.VersionDefinition].Labels != nil
	return !installed || slices.ContainsFunc(resources, func(r snapshot.Resource) bool { return facts.IsGroup(r.Group) })
}

// read reads the cluster once.
func (c *Cluster) read(ctx context.Context, o SnapshotOptions) (*snapshot.Snapshot, error) {
	r := &reading{Cluster: c, options: o, slots: make(chan struct{}, maxLists), unread: make(map[string]string), forbidden: make(map[string]bool)}
	s := &snapshot.Snapshot{Unread: r.unread, Forbidden: r.forbidden}
	var (
		tasks sync.WaitGroup
		crd   map[string]string
		errs  [2]error
	)
	tasks.Go(func() { s.Kubernetes, errs[0] = c.Version(ctx) })
	tasks.Go(func() {
		s.Resources, s.FailedGroups, errs[1] = c.resources(ctx)
		s.Objects = r.objects(ctx, s.Resources)
	})
	tasks.Go(func() { s.Deployments = r.controllers(ctx) })
	tasks.Go(func() { crd = r.versionLabels(ctx) })
	tasks.Go(func() { s.Namespaces = r.namespaces(ctx) })
	tasks.Go(func() { s.ServiceAccounts = r.serviceAccounts(ctx) })
	tasks.Go(func() { s.Roles = r.roles(ctx) })
	tasks.Go(func() { s.Bindings = r.bindings(ctx) })
	tasks.Go(func() { s.Admission = r.admission(ctx) })
	tasks.Wait()
	if err := cmp.Or(ctx.Err(), errs[0], errs[1]); err != nil {
		return nil, err
	}
	found := make(map[string]bool)
	for i := range s.Deployments {
		found[s.Deployments[i].Namespace] = true
	}
	c.found.Store(&found)
	s.Definitions = map[string]snapshot.Definition{detect.VersionDefinition: {Labels: crd}}
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

// missed notes that a resource could not be read, or not in full, because of err.
func (r *reading) missed(resource string, err error, reason string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.unread[resource] = reason
	if apierrors.IsForbidden(err) {
		r.forbidden[resource] = true
	}
}
