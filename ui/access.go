// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// rowOf is what the accesses of one row share: all but the verb.
func rowOf(a matrix.Attributes) matrix.Attributes {
	a.Verb = ""
	return a
}

// accesses are several that something is said about at once, by row, in order of first appearance.
type accesses struct {
	rows  []matrix.Attributes
	verbs map[matrix.Attributes][]string
}

func (s *accesses) add(a matrix.Attributes) {
	row := rowOf(a)
	if s.verbs == nil {
		s.verbs = make(map[matrix.Attributes][]string)
	}
	if s.verbs[row] == nil {
		s.rows = append(s.rows, row)
	}
	s.verbs[row] = withVerb(s.verbs[row], a.Verb)
}

// sentences name the accesses as prose, one for each row.
func (s *accesses) sentences() []string {
	texts := make([]string, len(s.rows))
	for i, row := range s.rows {
		texts[i] = sentence(row, s.verbs[row])
	}
	return texts
}

// rowLabel names a row: resource, name, namespace. The literal "*" says what it stands for, as it
// is no list of the rows around it.
func rowLabel(a matrix.Attributes) string {
	label := a.GroupResource()
	switch {
	case a.Path == "*":
		label = "* (all URLs)"
	case a.Path == "" && a.Resource == "*" && a.Group == "*":
		label += " (all resources of all groups)"
	case a.Path == "" && a.Resource == "*" && a.Group == "":
		label += " (all core resources)"
	case a.Path == "" && a.Resource == "*":
		label += " (all resources of the group)"
	}
	if a.Name != "" {
		label += " " + a.Name
	}
	if a.Namespace != "" {
		label += " in " + a.Namespace
	}
	return probe.Printable(variants.Replace(label))
}

// variants are the characters that ask for a glyph as text or as picture: terminals do not agree on
// the width of what they follow, and no name needs them.
var variants = strings.NewReplacer("\ufe0e", "", "\ufe0f", "")

// sentence names accesses of one row as prose: "get, list leases.coordination.k8s.io, cluster-wide".
// An access without namespace is one to all namespaces, or to what has none: a report does not say
// which, and the word is right for both.
func sentence(row matrix.Attributes, verbs []string) string {
	text := strings.Join(verbs, ", ")
	for i, v := range verbs {
		if v == "*" && i == 0 && len(verbs) == 1 {
			text = "* (every verb)"
		}
	}
	text += " " + rowLabel(row)
	if row.Namespace == "" && row.Name == "" && row.Path == "" {
		text += ", cluster-wide"
	}
	return probe.Printable(text)
}

// subjectOf is a subject for people, empty for a check that is about nobody.
func subjectOf(s matrix.Subject) string { return probe.Printable(s.String()) }
