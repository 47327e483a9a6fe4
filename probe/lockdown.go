// SPDX-License-Identifier: Apache-2.0

package probe

import "github.com/flux-probe/flux-probe/matrix"

// LockdownKind is the kind of the document of a Lockdown.
const LockdownKind = "Lockdown"

// Lockdown is what the flags that keep tenants apart would change where they are not set yet.
type Lockdown struct {
	APIVersion   string        `json:"apiVersion"`
	Kind         string        `json:"kind"`
	Source       Source        `json:"source,omitempty"`
	Cluster      Cluster       `json:"cluster"`
	Flux         []Flux        `json:"flux"`
	Assumed      []string      `json:"assumed"`      // the flags that are missing, after what else was assumed
	Result       Result        `json:"result"`       // as in Turned
	Stops        []Stop        `json:"stops"`        // what is no longer reconciled
	Blocked      []Blocked     `json:"blocked"`      // references that are no longer followed
	Falls        []Fall        `json:"falls"`        // what is reconciled as another account, as far as is known with success
	Preparations []Preparation `json:"preparations"` // the smallest changes after which all of that goes on
	Other        []string      `json:"other"`        // titles of other problems that turn up
	Unknown      []string      `json:"unknown"`      // what the flags may change and cannot be read
}

// Stop is an object that Flux no longer reconciles, and why.
type Stop struct {
	Object  matrix.Origin `json:"object"`
	Account string        `json:"account,omitempty"` // that it falls to, namespace/name; empty if it stops for another reason
	Why     []string      `json:"why"`
}

// Blocked is a reference into another namespace that is no longer followed.
type Blocked struct {
	Object matrix.Origin `json:"object"` // and the field
	Text   string        `json:"text"`   // what refers to what
	By     string        `json:"by"`     // the flag and its Deployment
}

// Fall is an object that is reconciled as another account.
type Fall struct {
	Object  matrix.Origin `json:"object"`
	Account string        `json:"account"` // namespace/name
	Known   string        `json:"known"`   // what is known about what it needs
}

// Preparation is a change after which one or more objects go on.
type Preparation struct {
	For      []matrix.Origin `json:"for"`
	Summary  string          `json:"summary"`  // one imperative sentence
	Manifest string          `json:"manifest"` // the objects to apply, as YAML documents; empty if it is not known which
}
