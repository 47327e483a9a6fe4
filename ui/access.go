// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// rowOf is what the accesses of one row share: all but the verb.
func rowOf(a matrix.Access) matrix.Access {
	a.Verb = ""
	return a
}

// accesses are several accesses that one text is about, by row, in order of first appearance.
type accesses struct {
	rows  []matrix.Access
	verbs map[matrix.Access][]string
}

func (s *accesses) add(a matrix.Access) {
	row := rowOf(a)
	if s.verbs == nil {
		s.verbs = make(map[matrix.Access][]string)
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

// rowLabel names a row: resource, name, namespace. The literal "*" is explained, because it
// does not stand for the rows around it.
func rowLabel(a matrix.Access) string {
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
	return safetext.Printable(variants.Replace(label))
}

// variants are the characters that ask for a glyph as text or as picture: terminals do not agree on
// the width of what they follow, and no name needs them.
var variants = strings.NewReplacer("\ufe0e", "", "\ufe0f", "")

// sentence names accesses of one row as prose: "get, list leases.coordination.k8s.io, cluster-wide".
// An access without a namespace is to all namespaces or to the cluster scope: a report does not tell them
// apart, and the word is right for both.
func sentence(row matrix.Access, verbs []string) string {
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
	return safetext.Printable(text)
}

// subjectOf is a subject for people, empty for a check that is about no account.
func subjectOf(s matrix.Subject) string { return safetext.Printable(s.String()) }
