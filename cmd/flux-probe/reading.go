// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// reading is what was read of a cluster or of manifests at one time.
type reading struct {
	snapshot *flux.Snapshot
	gaps     []matrix.Gap
	index    func() *rbac.Index // RBAC arranged by subject, when it is first needed
}

func newReading(snapshot *flux.Snapshot, gaps []matrix.Gap) *reading {
	return &reading{snapshot, gaps, sync.OnceValue(func() *rbac.Index { return rbac.New(snapshot.Roles, snapshot.Bindings) })}
}

// unread says why RBAC could not be read in full, "" when it was: explanations are partial then, and
// the server's answers stand alone.
func (r *reading) unread() string {
	for _, resource := range []string{"clusterroles", "clusterrolebindings", "roles", "rolebindings"} {
		resource += ".rbac.authorization.k8s.io"
		if why := r.snapshot.Unread[resource]; why != "" {
			return resource + ": " + why
		}
	}
	return ""
}

// absent says whether s is a service account that is known not to exist.
func (r *reading) absent(s matrix.Subject) bool {
	if s.Kind != matrix.KindServiceAccount || r.snapshot.Unread["serviceaccounts"] != "" {
		return false
	}
	for _, a := range r.snapshot.ServiceAccounts {
		if a.Namespace == s.Namespace && a.Name == s.Name {
			return false
		}
	}
	return true
}
