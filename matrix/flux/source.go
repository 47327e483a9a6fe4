// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"sync"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
)

// Source derives the expectations of one section from a snapshot, and says what it left out. Both
// are in the order in which they are shown, the same for the same snapshot.
type Source interface {
	Expectations(*Snapshot) ([]matrix.Expectation, []matrix.Gap)
}

// Profile says by what the controllers' rights are judged.
type Profile string

// The profiles.
const (
	Release    Profile = "release"    // what the detected Flux release grants
	Required   Profile = "required"   // what the code of each controller needs
	Documented Profile = "documented" // what Flux's security page says
)

// Profiles are all profiles, the default first.
func Profiles() []Profile { return []Profile{Release, Required, Documented} }

// Options choose among what can be expected. The zero value is the default run.
type Options struct {
	Profile   Profile // Release when empty
	Exact     bool    // also every discovered resource and verb beyond the matrix (FP103)
	Namespace string  // only the accounts and objects of this namespace; "" for all
	Strict    bool    // exceptions and the default tenant's own Namespace are errors

	// Exhaustive asks every tenant about every other tenant's namespace (FP502), and holds roles of
	// any size against their rules (FP404).
	Exhaustive bool

	// MaxReviews bounds the reviews of FP502 where they cannot be narrowed by the bindings;
	// DefaultMaxReviews when 0. Exhaustive lifts it.
	MaxReviews int

	Files      file.Set // what people expect beside what is derived
	WithoutOwn bool     // nothing but Files
}

// DefaultMaxReviews is the bound on FP502 when Options do not say: some ten seconds of a small API
// server.
const DefaultMaxReviews = 20_000

// Section is a named part of the matrix and the Source that derives it.
type Section struct {
	Name   string
	Source Source
}

// Sections are all sections in the order in which they are shown.
func Sections(o Options) []Section {
	return []Section{
		{"controllers", controllers{o}},
		{"reconcilers", reconcilers{o}},
		{"impersonation", impersonation{o}},
		{"tenants", tenants{o}},
		{"isolation", isolation{o}},
		{"references", referencesSource{o}},
		{"identity", identity{o}},
		{"lockdown", lockdown{o}},
		{file.Section, custom{o}},
	}
}

// Derive makes the matrix of a snapshot from all sections, which are derived side by side.
func Derive(s *Snapshot, o Options) *matrix.Matrix {
	sections := Sections(o)
	parts := make([]matrix.Matrix, len(sections))
	var deriving sync.WaitGroup
	for i, section := range sections {
		if _, own := section.Source.(custom); o.WithoutOwn && !own {
			continue
		}
		deriving.Go(func() { parts[i] = section.derive(s) })
	}
	deriving.Wait()
	total := 0
	for _, part := range parts {
		total += len(part.Expectations)
	}
	m := &matrix.Matrix{Expectations: make([]matrix.Expectation, 0, total)}
	for _, part := range parts {
		m.Expectations = append(m.Expectations, part.Expectations...)
		m.NotAsked = append(m.NotAsked, part.NotAsked...)
	}
	return m
}

// placed is o with the file and line of its object, where that is one of manifests.
func (s *Snapshot) placed(o matrix.Origin) matrix.Origin {
	if at, ok := s.Places[matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}]; ok {
		o.File, o.Line = at.File, at.Line
	}
	return o
}

// derive is the section's part of the matrix.
func (section Section) derive(s *Snapshot) (m matrix.Matrix) {
	m.Expectations, m.NotAsked = section.Source.Expectations(s)
	for i := range m.Expectations {
		e := &m.Expectations[i]
		e.Section, e.Hint = cmp.Or(e.Section, section.Name), cmp.Or(e.Hint, explainHint(*e))
		e.Origin = s.placed(e.Origin)
	}
	for i := range m.NotAsked {
		m.NotAsked[i].Section = section.Name
	}
	return m
}
