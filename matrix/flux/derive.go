// SPDX-License-Identifier: Apache-2.0

// Package flux derives the expected matrix of Flux: what its accounts must be able to do, and what they must not.
//
//	snapshot.Snapshot ──model.New──▶ model.Model ──Derive──▶ matrix.Matrix ──▶ package probe
//
// Data flows one way, from facts over detect and model to the sections below checks, which this package runs. What is
// known about Flux is data in package facts; the check codes are data in catalog.yaml. The package does no I/O and
// knows no Kubernetes client.
package flux

import (
	"sync"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/admission"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/controllers"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/identity"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/impersonation"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/isolation"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/lockdown"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/preflight"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/reconcilers"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/references"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/tenants"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Options choose among the checks. The zero value is the default run.
type Options = checks.Options

// Profile chooses by what the permissions of the controllers are judged.
type Profile = checks.Profile

// The profiles.
const (
	Release    = checks.Release    // what the detected Flux release grants
	Required   = checks.Required   // what the code of each controller needs
	Documented = checks.Documented // what Flux's security page says
)

// DefaultMaxReviews is the limit on FP502 when Options name none.
const DefaultMaxReviews = checks.DefaultMaxReviews

// Profiles returns all profiles, the default first.
func Profiles() []Profile { return checks.Profiles() }

// sections are those that Derive runs, by their names in the catalogue.
var sections = map[string]func(*model.Model, Options) ([]matrix.Check, []matrix.Gap){
	"controllers":   controllers.Checks,
	"reconcilers":   reconcilers.Checks,
	"impersonation": impersonation.Checks,
	"tenants":       tenants.Checks,
	"preflight":     preflight.Checks,
	"admission":     admission.Checks,
	"isolation":     isolation.Checks,
	"references":    references.Checks,
	"identity":      identity.Checks,
	"lockdown":      lockdown.Checks,
}

// Derive returns the matrix of a model, or of what is about to be applied. The sections are derived concurrently.
func Derive(m *model.Model, o Options) *matrix.Matrix {
	if o.Change != nil {
		return derivePreflight(m, o)
	}
	names := Sections()
	parts := make([]matrix.Matrix, len(names))
	var deriving sync.WaitGroup
	for i, name := range names {
		if derive, ok := sections[name]; ok {
			deriving.Go(func() {
				parts[i].Checks, parts[i].NotAsked = derive(m, o)
				complete(m, name, &parts[i])
			})
		}
	}
	deriving.Wait()
	all := &matrix.Matrix{}
	for _, part := range parts {
		all.Checks = append(all.Checks, part.Checks...)
		all.NotAsked = append(all.NotAsked, part.NotAsked...)
	}
	return all
}

// complete sets what all checks and gaps of a section have in common.
func complete(m *model.Model, section string, part *matrix.Matrix) {
	for _, c := range part.Checks {
		meta := c.Meta()
		meta.Section = section
		if len(m.Places) > 0 {
			meta.Origin = matrix.Share(m.Located(meta.Origin.Get()))
		}
	}
	for i := range part.NotAsked {
		part.NotAsked[i].Section = section
	}
}
