// SPDX-License-Identifier: Apache-2.0

package facts

// Identity is identity.yaml: object-level workload identity.
type Identity struct {
	Gate           string            `json:"gate"`
	Defaults       []DefaultIdentity `json:"defaults"`
	CloudProviders []string          `json:"cloudProviders"`
	CloudNotifiers []string          `json:"cloudNotifiers"`
	OwnCredential  string            `json:"ownCredential"`
	AlwaysOn       []string          `json:"alwaysOn"` // components without the gate
	Kinds          []string          `json:"kinds"`
}

// DefaultIdentity is a flag that names the account whose identity is used if an object names none.
type DefaultIdentity struct {
	Flag       string   `json:"flag"`
	Components []string `json:"components"`
}
