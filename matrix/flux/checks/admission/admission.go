// SPDX-License-Identifier: Apache-2.0

// Package admission derives the section about what admission says to what Flux applies, beyond permissions: what it
// refused, and the guards that its requests meet (FP411 to FP414).
package admission

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Section is the name of the section: none of its checks is about a permission.
const Section = "admission"

// Checks derives the section.
func Checks(m *model.Model, o checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, options: o}
	s.reported()
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	options checks.Options
}
