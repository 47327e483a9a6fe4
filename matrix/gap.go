// SPDX-License-Identifier: Apache-2.0

package matrix

// Gap is something that was not checked, and why.
type Gap struct {
	Section string  `json:"section"`
	What    string  `json:"what"`
	Why     string  `json:"why"`
	Kind    GapKind `json:"kind,omitempty"` // Chosen when empty

	// Resource is the list that could not be read, as in clusterroles.rbac.authorization.k8s.io; empty for
	// a chosen gap, and for an API group whose discovery failed.
	Resource string `json:"resource,omitempty"`

	// Accepted is why somebody accepts a forbidden gap; empty when nobody does.
	Accepted string `json:"accepted,omitempty"`
}

// GapKind is the kind of reason why something was not checked.
type GapKind string

// The kinds. A chosen gap changes nothing. Forbidden and broken ones make the result of a run undetermined,
// because what could not be read was not checked; a forbidden one can be accepted for good.
const (
	Chosen    GapKind = "chosen"    // by an option, by another cluster, or because it is not installed
	Forbidden GapKind = "forbidden" // the API server does not let the asker read it (403)
	Broken    GapKind = "broken"    // it could not be read for any other reason
)

// Open reports whether the gap keeps a run from passing.
func (g Gap) Open() bool {
	return g.Kind == Broken || g.Kind == Forbidden && g.Accepted == ""
}
