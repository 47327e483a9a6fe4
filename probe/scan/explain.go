// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/resolve"
)

// ExplainAccess explains whether an account, namespace/name, can do something: verb and
// RESOURCE[.GROUP][/SUBRESOURCE][/NAME] or /PATH, in a namespace or, when that is empty, in all. With
// grant it also returns the role that grants an access that no check needs. A name that stands for
// nothing is a *resolve.Error.
func (s *Scan) ExplainAccess(ctx context.Context, account, verb, resource, namespace string, grant bool) (*explain.Report, error) {
	subject, err := resolve.Account(s.Snapshot(), account)
	if err != nil {
		return nil, err
	}
	access, err := resolve.Access(s.Snapshot(), verb, resource, namespace)
	if err != nil {
		return nil, err
	}
	report, err := s.explainer(grant).Access(ctx, matrix.Review{Subject: matrix.Share(subject), Access: access})
	if err != nil {
		return nil, err
	}
	report.Source, report.Assumed, report.About = s.source, s.options.Assume.Strings(), account+" "+verb+" "+resource
	if namespace != "" {
		report.About += " in " + namespace
	}
	return report, nil
}

// ExplainObject explains the failed checks of one Flux object, kind/name. Without a namespace the name
// must be unique.
func (s *Scan) ExplainObject(ctx context.Context, kindName, namespace string) (*explain.Report, error) {
	object, err := resolve.Object(s.Snapshot(), fluxKinds, kindName, namespace)
	if err != nil {
		return nil, err
	}
	report, err := s.explainer(false).Object(ctx, object.Origin(""), s.options.Concurrency)
	if err != nil {
		return nil, err
	}
	report.Source, report.Assumed = s.source, s.options.Assume.Strings()
	return report, nil
}

// ExplainFinding explains a finding in a few lines. Only what was not answered before is asked.
func (s *Scan) ExplainFinding(ctx context.Context, f probe.Finding) ([]string, error) {
	o := explain.Options{LegacyUsers: model.LegacyUsers, Live: s.Live()}
	return explain.New(s.Snapshot(), s.reviewer, nil, o).Finding(ctx, f)
}

// fluxKinds are the kinds of Flux objects, with the short names of their CustomResourceDefinitions that
// people type.
var fluxKinds = resolve.Kinds{
	Group: facts.IsGroup, Noun: "Flux object",
	Short: map[string]string{"ks": "kustomization.kustomize.toolkit.fluxcd.io", "hr": "helmrelease.helm.toolkit.fluxcd.io"},
}

func (s *Scan) explainer(grant bool) *explain.Explainer {
	o := explain.Options{Policy: s.policy.Apply, LegacyUsers: model.LegacyUsers, Live: s.Live(), Grant: grant, Chains: s.explainerChains()}
	return explain.New(s.Snapshot(), s.reviewer, s.matrix, o)
}

// explainerChains are how the objects of Flux are reconciled.
func (s *Scan) explainerChains() []explain.Chain {
	var chains []explain.Chain
	for _, c := range s.read.Chains() {
		chain := explain.Chain{Object: c.Object, Text: c.String(), Deployment: c.Deployment, Controller: c.Controller}
		if c.By != "" {
			chain.Impersonated = c.Account
		}
		chains = append(chains, chain)
	}
	return chains
}

// MinimalRoles returns the YAML of the minimal roles of an account, namespace/name, or of every account
// that checks are about when it is empty. Nothing is asked.
func (s *Scan) MinimalRoles(account string) ([]byte, error) {
	if err := s.checked(); err != nil {
		return nil, err
	}
	var only matrix.Subject
	if account != "" {
		var err error
		if only, err = resolve.Account(s.Snapshot(), account); err != nil {
			return nil, err
		}
	}
	applied := map[matrix.Subject]int{} // the objects that a controller applies as its own account
	for _, c := range s.read.Chains() {
		if c.Applies && c.By == "" && !c.Remote {
			applied[c.Account]++
		}
	}
	var all []byte
	for _, roles := range remedy.Minimal(s.Snapshot(), s.matrix, only) {
		var notes []string
		if n := applied[roles.Subject]; n > 0 {
			notes = append(notes, fmt.Sprintf("also needs whatever the objects that name no account apply: %d", n))
		}
		text, err := roles.YAML(notes...)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

// checked refuses to conclude anything from no checks.
func (s *Scan) checked() error {
	if len(s.matrix.Checks) > 0 {
		return nil
	}
	return &NothingToCheckError{nothing(s.options)}
}
