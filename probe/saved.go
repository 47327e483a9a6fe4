// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"encoding/json"
	"iter"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// SavedVersion is the apiVersion of a report that is saved now. One of APIVersion, in which each finding holds
// all that it says, can still be read.
const SavedVersion = "flux-probe/v1alpha2"

// Saved is the document of a report. What many findings have in common stands in a table once, and a finding
// has its place there, counted from 0. The first entry of each table is the empty one, for findings that have
// no such value and so no place. Fields without a value are left out of findings and tables.
type Saved struct {
	fields
	Subjects []SavedSubject `json:"subjects"`
	Accesses []SavedAccess  `json:"accesses"`
	Origins  []SavedOrigin  `json:"origins"`
	Texts    []string       `json:"texts"`
	Findings []SavedFinding `json:"findings"` // in place of those of fields

	places places
}

// fields are those of a Report, without its methods.
type fields Report

// SavedFinding is a Finding with places in the tables of Saved.
type SavedFinding struct {
	Section  string          `json:"section"`
	Code     string          `json:"code"`
	Verdict  matrix.Verdict  `json:"verdict"`
	Severity matrix.Severity `json:"severity"`
	Subject  int             `json:"subject,omitempty"`
	Access   int             `json:"access,omitempty"`
	Want     matrix.Effect   `json:"want,omitempty"`
	Because  int             `json:"because,omitempty"` // this and those below are places of texts
	Origin   int             `json:"origin,omitempty"`
	Reason   int             `json:"reason,omitempty"`
	Via      int             `json:"via,omitempty"`
	Observed int             `json:"observed,omitempty"`
	Hint     int             `json:"hint,omitempty"`
	Waiver   Waiver          `json:"waiver,omitzero"`
	LeadsTo  *LeadsTo        `json:"leadsTo,omitempty"`

	AnsweredBy string `json:"answeredBy,omitempty"`
}

// SavedSubject is a matrix.Subject without the fields that are empty.
type SavedSubject struct {
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// SavedOrigin is a matrix.Origin without the fields that are empty.
type SavedOrigin struct {
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	Field     string `json:"field,omitempty"`
	Release   string `json:"release,omitempty"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
}

// SavedAccess is a matrix.Access without the fields that are empty.
type SavedAccess struct {
	Verb        string `json:"verb,omitempty"`
	Group       string `json:"group,omitempty"`
	Resource    string `json:"resource,omitempty"`
	Subresource string `json:"subresource,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
	Name        string `json:"name,omitempty"`
	Path        string `json:"path,omitempty"`
}

// places are where entries of the tables stand.
type places struct {
	subjects map[matrix.Subject]int
	accesses map[matrix.Access]int
	origins  map[matrix.Shared[matrix.Origin]]int
	texts    map[string]int
}

// Save returns r as it is saved, without its findings, which All yields.
func Save(r *Report) *Saved {
	s := &Saved{
		fields: fields(*r), Accesses: []SavedAccess{{}}, Findings: []SavedFinding{},
		places: places{map[matrix.Subject]int{}, map[matrix.Access]int{}, map[matrix.Shared[matrix.Origin]]int{}, map[string]int{}},
	}
	s.APIVersion, s.Kind = SavedVersion, ReportKind
	s.finding(Finding{})
	for _, f := range r.Findings {
		s.finding(f)
	}
	return s
}

// All yields the findings of r, of which s was made, as they are saved.
func (s *Saved) All(r *Report) iter.Seq[SavedFinding] {
	return func(yield func(SavedFinding) bool) {
		for _, f := range r.Findings {
			if !yield(s.finding(f)) {
				return
			}
		}
	}
}

// finding is f as it is saved; what it refers to is added to the tables.
func (s *Saved) finding(f Finding) SavedFinding {
	saved := SavedFinding{
		Section: f.Section, Code: f.Code, Verdict: f.Verdict, Severity: f.Severity, Want: f.Want, Waiver: f.Waiver.Get(), LeadsTo: f.LeadsTo, AnsweredBy: f.AnsweredBy,
		Subject: placeOf(s.places.subjects, &s.Subjects, f.Subject, SavedSubject(f.Subject)),
		Origin:  placeOf(s.places.origins, &s.Origins, f.Origin, SavedOrigin(f.Origin.Get())),
		Because: s.text(f.Because), Reason: s.text(f.Reason), Via: s.text(f.Via), Observed: s.text(f.Observed), Hint: s.text(f.Hint),
	}
	if f.Access != nil { // else it has the place of an access that is none, not of one that is empty
		saved.Access = placeOf(s.places.accesses, &s.Accesses, *f.Access, SavedAccess(*f.Access))
	}
	return saved
}

func (s *Saved) text(text string) int { return placeOf(s.places.texts, &s.Texts, text, text) }

// placeOf is the place of an entry in a table, which gets it if it has not.
func placeOf[K comparable, V any](places map[K]int, table *[]V, key K, entry V) int {
	place, ok := places[key]
	if !ok {
		place = len(*table)
		places[key], *table = place, append(*table, entry)
	}
	return place
}

// MarshalJSON returns r as it is saved, in one piece.
func (r Report) MarshalJSON() ([]byte, error) {
	s := Save(&r)
	s.Findings = slices.AppendSeq(s.Findings, s.All(&r))
	return json.Marshal(s)
}
