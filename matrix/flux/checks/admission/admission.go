// SPDX-License-Identifier: Apache-2.0

// Package admission derives the section about what admission says to what Flux applies, beyond permissions: what it
// refused, and the guards that its requests meet (FP411 to FP414).
package admission

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, options: o}
	s.reported()
	if a := m.Admission; len(a.Webhooks)+len(a.Policies)+len(a.Unread) > 0 {
		s.guards(appliers(m))
	}
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options checks.Options
	step    matrix.Step // where the change that is about to be applied would fail; zero for what is there
}

// Planned derives what the section says about a change that is about to be applied, of the model after it.
func Planned(change *model.Change) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: change.After, step: matrix.Applying}
	s.guards(planned(s.Model, change))
	s.podSecurity(change)
	return s.Checks, s.Gaps
}

// guards finds what the guards say to what is applied, whatever it is.
func (s *section) guards(applied []*applier) {
	s.webhooks(applied)
	s.authorizers(applied)
}
