// SPDX-License-Identifier: Apache-2.0

package facts

import "cmp"

// Reference is a field of a Flux kind that can name another namespace, and what governs it. references.yaml
// describes the fields.
type Reference struct {
	Span
	Group       string `json:"group"` // of the object with the field
	Kind        string `json:"kind"`
	Field       string `json:"field"`
	Target      string `json:"target"`
	Verb        string `json:"verb"`
	Flag        bool   `json:"flag"`
	Gate        string `json:"gate"`
	GatedKind   string `json:"gatedKind"`
	AccessFrom  bool   `json:"accessFrom"`
	AsAccount   bool   `json:"asAccount"`
	Optional    bool   `json:"optional"`
	ByLabels    bool   `json:"byLabels"`
	Keeps       string `json:"keeps"`
	Consequence string `json:"consequence"`
}

// Access returns the verb with which the controller uses the target.
func (r Reference) Access() string { return cmp.Or(r.Verb, "get") }
