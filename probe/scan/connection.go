// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"errors"
	"slices"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/resolve"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// connection is a target that answered, and what the caller can do there. It stays the same when the
// target is read again.
type connection struct {
	Target
	user string // who asks; empty for manifests

	// local is the one namespace that can be asked about, when the caller holds only
	// localsubjectaccessreviews there; empty when everything can be asked about.
	local string

	retry  *cluster.Retry // asks the cluster; nil for manifests
	memory *probe.Memory  // the answers of the cluster, over all readings; nil for manifests
}

func connect(ctx context.Context, t Target) (*connection, error) {
	c := &connection{Target: t}
	switch {
	case t.cluster != nil:
		go facts.Load() // the facts about Flux are decoded while the server is being asked
		var err error
		c.user, err = t.cluster.Identity(ctx)
		c.ask(t.cluster.Reviewer())
		return c, err
	case t.manifests != nil:
		return c, nil
	default:
		return nil, errors.New("scan: Options.Target is not set")
	}
}

// checkRights finds out how far the caller can ask.
func (c *connection) checkRights(ctx context.Context, namespace string) error {
	if c.cluster == nil {
		return nil
	}
	everywhere, err := c.cluster.MayAsk(ctx, namespace)
	if err == nil && !everywhere {
		c.local = namespace
		c.ask(c.cluster.Local(namespace))
	}
	return err
}

func (c *connection) ask(reviewer probe.Reviewer) {
	c.retry = &cluster.Retry{Reviewer: reviewer, Silent: c.cluster.SilentSince, Repeats: c.cluster.Repeats()}
	c.memory = probe.NewMemory(c.retry)
}

// reviewer answers by RBAC for manifests. For a cluster it asks, once, what was not answered before, and
// again what the server refuses although RBAC as it was read grants it.
func (c *connection) reviewer(index *rbac.Index) *probe.Memory {
	byRBAC := rbac.Reviewer{Index: index}
	if c.cluster == nil {
		return probe.NewMemory(byRBAC)
	}
	granted := func(spec authorizationv1.SubjectAccessReviewSpec) bool {
		status, err := byRBAC.Review(context.Background(), spec)
		return err == nil && status.Allowed
	}
	return c.memory.Around(&probe.Confirm{Reviewer: c.retry, Granted: granted, Broken: c.retry.Broken, Repeats: c.cluster.Repeats()})
}

// reading is what was read at one time, or would be after assumptions, and what could not be known from it.
type reading struct {
	*model.Model
	skipped []matrix.Gap
	objects map[model.Entry]*cluster.Metadata // single objects that were looked at; see connection.look
	after   *assume.After                     // nil for what was read
}

// read reads the cluster or the manifests, and finds Flux there.
func (c *connection) read(ctx context.Context, o Options) (*reading, error) {
	found, skipped, err := c.snapshot(ctx, o.FluxNamespace, o.focus())
	if err != nil {
		return nil, err
	}
	if err := resolve.Namespace(found, o.focus()); err != nil && len(o.Assume) == 0 {
		return nil, err
	}
	m := model.New(found, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion, Namespace: o.Namespace})
	r := &reading{Model: m, skipped: skipped, objects: map[model.Entry]*cluster.Metadata{}}
	return r, c.findFlux(ctx, r, o)
}

func (c *connection) snapshot(ctx context.Context, fluxNamespace, namespace string) (*snapshot.Snapshot, []matrix.Gap, error) {
	if c.cluster != nil {
		s, err := c.cluster.Snapshot(ctx, cluster.SnapshotOptions{FluxNamespace: fluxNamespace, Namespace: namespace})
		return s, nil, err
	}
	m, err := c.manifests()
	if err != nil {
		return nil, nil, err
	}
	s, skipped, err := m.Snapshot(manifests.Options{KubeVersion: c.kubeVersion})
	var bad *manifests.Error
	if err != nil && !errors.As(err, &bad) {
		err = &KubeVersionError{Version: c.kubeVersion, Err: err}
	}
	return s, skipped, err
}

// findFlux refuses a run without Flux. Manifests can be those of a tenant alone, so that Flux does
// not have to be among them; and a caller who can read one namespace only cannot see it. But when Flux
// was said to run in one namespace and runs in another, its own accounts would be taken for tenants.
func (c *connection) findFlux(ctx context.Context, r *reading, o Options) error {
	in := func(i *model.Install) bool { return i.Namespace == o.FluxNamespace }
	unread := r.WhyUnread("apps", "deployments")
	if o.FluxNamespace == "" && len(r.Installs) > 0 || slices.ContainsFunc(r.Installs, in) {
		return nil
	}
	missing := &NoFluxError{Namespace: o.FluxNamespace, Unread: unread}
	if o.FluxNamespace != "" {
		everything, _, err := c.snapshot(ctx, "", o.focus())
		if err != nil {
			return err
		}
		for _, i := range model.New(everything, model.Options{}).Installs {
			missing.Found = append(missing.Found, i.Namespace)
		}
	}
	if len(missing.Found) == 0 && (c.cluster == nil || o.focus() != "" && unread != "") {
		return nil
	}
	return missing
}
