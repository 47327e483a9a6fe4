// SPDX-License-Identifier: Apache-2.0

package probe

import "github.com/flux-probe/flux-probe/matrix"

// Problem is one fault that explains one or more failed findings: an entry of a Report. Each failed finding
// belongs to exactly one problem. Package probe/problem finds them.
type Problem struct {
	// ID is the same in each run that finds the same object and field at fault, however many checks fail.
	ID       string          `json:"id"`
	Severity matrix.Severity `json:"severity"` // the highest of its findings
	Title    string          `json:"title"`    // one sentence: what does not work, and why
	Effect   []string        `json:"effect"`   // what fails now, what fails later, what is exposed
	Cause    Cause           `json:"cause"`
	Fix      Fix             `json:"fix"`
	Proof    Proof           `json:"proof"`
	Owner    Owner           `json:"owner,omitzero"`
	Checks   []int           `json:"checks"`             // places in Report.Findings, in order
	Accepted int             `json:"accepted,omitempty"` // more checks of it, which a waiver or the baseline accepts
}

// Cause is the object and field at fault. Its kind is empty when nothing explains the findings.
type Cause struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Field     string `json:"field"` // a path like subjects[0].name; empty for the whole object
	Was       string `json:"was"`   // empty when the field, or the object, is missing
	Want      string `json:"want"`  // empty when the field, or the object, has to go
}

// Origin identifies the object.
func (c Cause) Origin() matrix.Origin {
	return matrix.Origin{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name, Field: c.Field}
}

// Fix is the change at the object at fault.
type Fix struct {
	Summary  string   `json:"summary"`  // one imperative sentence
	Patch    string   `json:"patch"`    // the difference of the objects as YAML, in unified format; empty when it is not known
	Commands []string `json:"commands"` // that make the change as they are typed; empty when there are none

	Objects []string `json:"-"` // the corrected RBAC objects, each a YAML document for kubectl apply
	Deletes []string `json:"-"` // the commands among Commands that delete something

	Removed  []matrix.Origin `json:"-"` // bindings that are deleted for good
	Accounts []matrix.Origin `json:"-"` // ServiceAccounts that have to be created
	Fields   []FieldChange   `json:"-"` // changes of objects that are not RBAC
}

// FieldChange is a change of one field of an object.
type FieldChange struct {
	Object matrix.Origin // without its field
	Path   string        // spec.serviceAccountName, spec.template.spec.containers[0].args
	Value  string
	Append bool // Value is one more item of the list at Path
}

// Proof is what the fix does, computed from RBAC as it was read, without a cluster.
type Proof struct {
	Passes int `json:"passes"` // findings of the problem that pass after the fix
	Breaks int `json:"breaks"` // findings that passed and would fail after the fix
}

// Owner is what applies the object at fault from Git, where the change has to be made.
type Owner struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	File      string `json:"file,omitempty"` // of the object at fault, where manifests were read
	Line      int    `json:"line,omitempty"` // of File where the object begins, from 1
}
