// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"maps"
	"slices"
	"strings"
)

// Change is change.yaml: how Flux applies what is new and deletes what is gone.
type Change struct {
	Stages Stages  `json:"stages"`
	Marks  []Mark  `json:"marks"`
	Copy   string  `json:"copy"` // the annotation of what has data copied into it
	Hook   string  `json:"hook"` // the annotation of what Helm creates for a moment
	Owners []Owner `json:"owners"`
}

// Owner is whose labels DOMAIN/name and DOMAIN/namespace are.
type Owner struct {
	Kind   string `json:"kind"`
	Domain string `json:"domain"`
}

// Owned reports whether the labels of an object say that it is applied by an object of Flux.
func (c Change) Owned(labels map[string]string, kind, namespace, name string) bool {
	return slices.ContainsFunc(c.Owners, func(o Owner) bool {
		return o.Kind == kind && labels[o.Domain+"/namespace"] == namespace && labels[o.Domain+"/name"] == name
	})
}

// OwnerLabels returns the labels that an object gets from the one of Flux that applies it; nil for a kind without any.
func (c Change) OwnerLabels(kind, namespace, name string) map[string]string {
	for _, o := range c.Owners {
		if o.Kind == kind {
			return map[string]string{o.Domain + "/namespace": namespace, o.Domain + "/name": name}
		}
	}
	return nil
}

// WithoutOwners returns labels without those that name an owner.
func (c Change) WithoutOwners(labels map[string]string) map[string]string {
	kept := maps.Clone(labels)
	for _, o := range c.Owners {
		delete(kept, o.Domain+"/namespace")
		delete(kept, o.Domain+"/name")
	}
	return kept
}

// Stages are the parts into which an apply is divided.
type Stages struct {
	Kinds  []string    `json:"kinds"` // of the objects that apply in stages
	First  []GroupKind `json:"first"`
	Second string      `json:"second"` // what the kinds of the second stage end in
	Third  string      `json:"third"`  // the flag that names the kinds of the third stage
}

// GroupKind is a kind of an API group.
type GroupKind struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
}

// Of returns the stage of a kind, from 1 to 4. Custom is the value of the flag that names the kinds of the third.
func (s Stages) Of(group, kind, custom string) int {
	named := func(item string) bool {
		g, k, _ := strings.Cut(strings.TrimSpace(item), "/")
		return g == group && k == kind
	}
	switch {
	case slices.Contains(s.First, GroupKind{group, kind}):
		return 1
	case strings.HasSuffix(kind, s.Second):
		return 2
	case slices.ContainsFunc(strings.Split(custom, ","), named):
		return 3
	default:
		return 4
	}
}

// Mark is a label or annotation that says what is done with an object.
type Mark struct {
	Kind  string  `json:"kind"` // of what applies the object
	Key   string  `json:"key"`
	Value string  `json:"value"`
	Means []Means `json:"means"`
}

// Means is what a Mark says.
type Means string

// What marks say.
const (
	Leave Means = "leave" // the object is not applied
	Omit  Means = "omit"  // the object is not applied, and dropped if it was
	Once  Means = "once"  // it is applied only where there is none
	Force Means = "force" // it is replaced where a field cannot be changed
	Keep  Means = "keep"  // it is not deleted
)

// Marked returns the mark by which one of some labels or annotations says something to what applies an object; ""
// for none.
func (c Change) Marked(by string, means Means, metadata ...map[string]string) string {
	for _, m := range c.Marks {
		for _, have := range metadata {
			if m.Kind == by && slices.Contains(m.Means, means) && strings.EqualFold(have[m.Key], m.Value) {
				return m.Key + ": " + m.Value
			}
		}
	}
	return ""
}

// MarkFor returns the mark that says something to what applies objects; "" for none.
func (c Change) MarkFor(by string, means Means) string {
	for _, m := range c.Marks {
		if m.Kind == by && slices.Contains(m.Means, means) {
			return m.Key + ": " + m.Value
		}
	}
	return ""
}
