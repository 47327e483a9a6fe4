// SPDX-License-Identifier: Apache-2.0

// Package checks holds what the sections of Flux's matrix have in common. Each section is a package below this one
// with a function
//
//	func Checks(*model.Model, checks.Options) ([]matrix.Check, []matrix.Gap)
//
// which derives its checks from the model, and describes what it left out. Both are in the order in which they are
// shown, the same for the same model. No section imports another.
package checks

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Profile chooses by what the permissions of the controllers are judged.
type Profile string

// The profiles.
const (
	Release    Profile = "release"    // what the detected Flux release grants
	Required   Profile = "required"   // what the code of each controller needs
	Documented Profile = "documented" // what Flux's security page says
)

// Profiles returns all profiles, the default first.
func Profiles() []Profile { return []Profile{Release, Required, Documented} }

// DefaultMaxReviews is the limit on FP502 when Options name none: about ten seconds of a small API server.
const DefaultMaxReviews = 20_000

// Options choose among the checks. The zero value is the default run.
type Options struct {
	Profile Profile // Release when empty
	Exact   bool    // also every discovered resource and verb beyond the matrix (FP103)
	Strict  bool    // exceptions, and FP504, are errors

	// Classes say what accesses to the platform's own kinds let an account do, before the built-in classes.
	Classes []facts.ClassAccess

	// Exhaustive asks every tenant about every other tenant's namespace (FP502), and compares roles of any size
	// with what an account holds (FP404).
	Exhaustive bool

	// MaxReviews limits the reviews of FP502 if RoleBindings cannot be listed; DefaultMaxReviews when 0.
	// Exhaustive lifts the limit.
	MaxReviews int

	// Change is what is about to be applied. With one, section preflight is derived, and no other; nil for none.
	Change *model.Change
}

// Results collects what a section derives.
type Results struct {
	Checks []matrix.Check
	Gaps   []matrix.Gap
}

// Add adds a check.
func (r *Results) Add(c matrix.Check) { r.Checks = append(r.Checks, c) }

// Ask adds a check of one review about its subject.
func (r *Results) Ask(meta matrix.CheckMeta, want matrix.Effect, access matrix.Access) {
	r.Add(&matrix.Asked{CheckMeta: meta, Want: want, AnyOf: matrix.One(meta.Subject.Get(), access)})
}

// Skip adds what is not checked by choice: of a person, of Flux, or of whoever installed the cluster.
func (r *Results) Skip(what, why string) {
	r.Gaps = append(r.Gaps, matrix.Gap{What: what, Why: why, Kind: matrix.Chosen})
}

// SkipBroken adds what is not checked because something does not work.
func (r *Results) SkipBroken(what, why string) {
	r.Gaps = append(r.Gaps, matrix.Gap{What: what, Why: why, Kind: matrix.Broken})
}

// SkipGap adds a gap.
func (r *Results) SkipGap(g matrix.Gap) { r.Gaps = append(r.Gaps, g) }
