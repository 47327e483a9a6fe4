// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix/version"
)

// Applying is applying.yaml: what is asked of the API server in order to apply objects.
type Applying struct {
	Apply       []string    `json:"apply"` // verbs on each object that was applied
	Storage     Storage     `json:"storage"`
	Constrained Constrained `json:"constrained"`
}

// Storage is what a component does with the Secrets that hold its releases.
type Storage struct {
	Component      string          `json:"component"`
	Verbs          []string        `json:"verbs"`
	InventorySince version.Version `json:"inventorySince"` // the release since which the status lists what it made
}

// Constrained is what a controller needs for constrained impersonation, besides the account.
type Constrained struct {
	Since     version.Version `json:"since"` // of Kubernetes
	Paths     []string        `json:"paths"`
	HelmPaths []string        `json:"helmPaths"` // of helm-controller, besides Paths
	Verbs     []string        `json:"verbs"`     // on the kinds that it applies
}

// Health is health.yaml: the resources that are listed to compute the health of an object.
type Health struct {
	Parts []HealthParts `json:"parts"`
}

// HealthParts are the resources that are listed for the health of a kind.
type HealthParts struct {
	Group string          `json:"group"`
	Kind  string          `json:"kind"`
	Lists []GroupResource `json:"lists"`
}

// GroupResource is a resource of an API group.
type GroupResource struct {
	Group    string `json:"group"`
	Resource string `json:"resource"`
}

// Of returns the resources that are listed for the health of a kind.
func (h Health) Of(group, kind string) []GroupResource {
	i := slices.IndexFunc(h.Parts, func(p HealthParts) bool { return p.Group == group && p.Kind == kind })
	if i < 0 {
		return nil
	}
	return h.Parts[i].Lists
}
