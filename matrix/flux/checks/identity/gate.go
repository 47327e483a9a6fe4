// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/version"
)

// gateOff describes why object-level identity is off on d; "" when it is on. If the version is not known the gate
// decides, and if that is not set either, the permission to create tokens is asked for all the same.
func (s *section) gateOff(d *model.Deployment) string {
	gate := s.Facts.Flags.Gate(s.Facts.Identity.Gate)
	on, set := d.Flags.Gates[gate.Name]
	known := !d.Version.IsZero()
	switch {
	case slices.Contains(s.Facts.Identity.AlwaysOn, d.Component), atLeast(d, gate.AlwaysOnSince), set && on, !known && !set:
		return ""
	case known && !atLeast(d, gate.Since):
		return fmt.Sprintf("Flux %s has no object-level identity, which Flux %s added", d.FluxVersion, minor(gate.Since))
	default:
		return "the feature gate " + gate.Name + " is off on " + d.String()
	}
}

func minor(v version.Version) string { return fmt.Sprintf("%d.%d", v.Major(), v.Minor()) }

func atLeast(d *model.Deployment, v version.Version) bool {
	return d.Version.AtLeast(v.Major(), v.Minor())
}

// defaults checks the flags that name an account whose identity is used by default (FP703): a controller with such a
// flag and the gate off exits at its start.
func (s *section) defaults() {
	for _, d := range s.Deployments {
		for _, x := range s.Facts.Identity.Defaults {
			name := d.Flags.Text(x.Flag)
			if name == "" || !slices.Contains(s.Facts.Flags.On(x.Flag, x.Components), d.Component) || !s.Includes(d.Namespace) {
				continue
			}
			c := &matrix.Observed{
				CheckMeta: matrix.CheckMeta{
					Code: "FP703", Subject: matrix.Share(d.Account()), Severity: matrix.Error, Origin: matrix.Share(d.Origin("--" + x.Flag)),
					Because: fmt.Sprintf("--%s=%s gives objects an identity by default: %s does not start without object-level identity", x.Flag, name, d),
				},
				Verdict: matrix.Pass, Evidence: "object-level identity is on",
			}
			if why := s.gateOff(d); why != "" {
				c.Verdict, c.Evidence = matrix.Missing, why
				c.Hint = "--feature-gates=" + s.Facts.Identity.Gate + "=true on " + d.String() + ", or remove --" + x.Flag
			}
			s.Add(c)
		}
	}
}
