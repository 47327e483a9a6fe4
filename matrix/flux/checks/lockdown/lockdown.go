// SPDX-License-Identifier: Apache-2.0

// Package lockdown derives the section about the command lines of the controllers, Deployment by Deployment, so that
// the weakest shard decides (FP801 to FP806).
package lockdown

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, _ checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m}
	s.SkipUnread(m, "apps", "deployments", "the command lines of all controllers")
	for _, install := range m.Installs {
		if m.Includes(install.Namespace) {
			s.lockdown(install)
		}
	}
	for _, r := range m.Reconciliations {
		if m.Includes(r.Namespace) && r.Impersonated() && r.By != model.ByObject && m.RunsFlux(r.Namespace) {
			s.fallsToDefault(r)
		}
	}
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
}

// lockdown checks one install. The lockdown is judged as a whole: without any of it that is information, and with
// a part of it each piece that is missing is an error.
func (s *section) lockdown(install *model.Install) {
	var found []*matrix.Observed
	closed := 0
	for _, piece := range s.Facts.Flags.Lockdown {
		flag, _ := s.Facts.Flags.Flag(piece.Flag)
		for _, d := range s.deployments(install, s.Facts.Flags.On(piece.Flag, piece.Components)) {
			c := pieceCheck(piece, flag, d)
			if c.Verdict == matrix.Pass {
				closed++
			}
			found = append(found, c)
		}
	}
	switch {
	case len(found) == 0:
		return
	case closed == 0:
		c := found[0]
		origin := c.Origin.Get()
		origin.Field = "args"
		c.Severity, c.Origin = matrix.Info, matrix.Share(origin)
		c.Because = "Flux in " + install.Namespace + " is not locked down: only RBAC keeps its tenants apart"
		c.Evidence = "none of the lockdown flags is set on any controller"
		c.Hint = "for more than one tenant see fluxcd.io/flux/installation/configuration/multitenancy"
		s.Add(c)
	default:
		for _, c := range found {
			s.Add(c)
		}
	}
	for _, d := range s.deployments(install, s.Facts.Flags.On(s.Facts.Flags.Insecure[0], nil)) {
		s.insecure(d, closed > 0)
		if closed > 0 {
			s.sharedKey(d)
		}
	}
}

// deployments returns the Deployments of some components of an install, in the order of the components.
func (s *section) deployments(install *model.Install, components []string) []*model.Deployment {
	var found []*model.Deployment
	for _, name := range components {
		for _, d := range s.Component(name) {
			if d.Namespace == install.Namespace {
				found = append(found, d)
			}
		}
	}
	return found
}

func pieceCheck(piece facts.Piece, flag facts.Flag, d *model.Deployment) *matrix.Observed {
	c := &matrix.Observed{CheckMeta: matrix.CheckMeta{
		Code: piece.Code, Subject: matrix.Share(d.Account()), Severity: matrix.Error, Origin: matrix.Share(d.Origin("--" + flag.Name)),
		Because: fmt.Sprintf("the lockdown of Flux in %s needs --%s on %s", d.Namespace, flag.Name, d),
	}}
	if !d.Flags.Set(flag) {
		c.Verdict, c.Evidence, c.Hint = matrix.Missing, "--"+flag.Name+" is not set", "set --"+flag.Name+": without it "+piece.Because
		return c
	}
	set := "--" + flag.Name
	if flag.Kind == facts.FlagText {
		set += "=" + d.Flags.Text(flag.Name)
	}
	c.Verdict, c.Evidence = matrix.Pass, set+" is set"
	return c
}

// insecure checks the flags that let a kubeconfig run a program in the controller, or talk to a server that is not
// verified (FP805).
func (s *section) insecure(d *model.Deployment, locked bool) {
	flags := s.Facts.Flags.Insecure
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP805", Subject: matrix.Share(d.Account()), Severity: matrix.Warning, Origin: matrix.Share(d.Origin("args")),
			Because: "a kubeconfig that a tenant writes must not run programs in the controller, or skip TLS",
		},
		Verdict: matrix.Pass, Evidence: "neither --" + flags[0] + " nor --" + flags[1] + " is on",
	}
	if locked {
		c.Severity = matrix.Error
	}
	if i := slices.IndexFunc(flags, func(flag string) bool { return d.Flags.Is(flag, false) }); i >= 0 {
		c.Verdict, c.Evidence, c.Hint = matrix.Excess, "--"+flags[i]+" is on", "remove --"+flags[i]+" from "+d.String()
		c.Origin = matrix.Share(d.Origin("--" + flags[i]))
	}
	s.Add(c)
}

// sharedKey checks the flag that names one key with which every Kustomization decrypts, whatever tenant it belongs to
// (FP806). If Flux is locked down for tenants, each of them should have a key of its own.
func (s *section) sharedKey(d *model.Deployment) {
	flag := s.Facts.Flags.SharedKey
	secret, tenants := d.Flags.Text(flag), len(s.Tenants)
	if secret == "" || tenants == 0 || !slices.Contains(s.Facts.Flags.On(flag, nil), d.Component) {
		return
	}
	s.Add(&matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP806", Subject: matrix.Share(d.Account()), Severity: matrix.Warning, Origin: matrix.Share(d.Origin("--" + flag)),
			Because: fmt.Sprintf("the Kustomization of a tenant must not decrypt what was encrypted for another; accounts of tenants: %d", tenants),
			Hint:    "give each tenant a key by spec.decryption.secretRef, and remove --" + flag,
		},
		Verdict: matrix.Excess, Evidence: fmt.Sprintf("--%s=%s lets all Kustomizations decrypt with the key of %s", flag, secret, d.Namespace),
	})
}
