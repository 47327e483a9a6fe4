// SPDX-License-Identifier: Apache-2.0

// Package identity derives the section about the accounts for which a controller creates tokens, to use in the
// cloud, a registry or a vault (FP701 to FP703).
package identity

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Checks derives the section.
func Checks(m *model.Model, _ checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m}
	s.SkipUnlisted(m, m.Facts.Identity.Kinds)
	for _, o := range m.Objects {
		if !m.Includes(o.Namespace) {
			continue
		}
		if u, ok := s.use(o); ok {
			s.usable(o, u)
		}
		if fields.Get(o.Fields, "spec.kubeConfig.configMapRef") != nil && m.Facts.Components.KindApplies(o.Group, o.Kind) {
			s.Skip("spec.kubeConfig.configMapRef of "+o.String(), "the account is named in a ConfigMap, which is not read")
		}
	}
	if len(s.Checks) > 0 {
		s.SkipUnread(m, "", "serviceaccounts", "whether the accounts that objects name exist")
	}
	s.defaults()
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
}

// usable adds a check for each reason for which the identity can be unusable: the gate, the account, the
// controller's permission to create its token.
func (s *section) usable(o snapshot.Object, u use) {
	d := s.Controller(o)
	if d == nil {
		s.Skip(u.field+" of "+o.String(), "no controller was found that watches it")
		return
	}
	account := matrix.ServiceAccount(o.Namespace, u.account)
	meta := matrix.CheckMeta{
		Subject: matrix.Share(d.Account()), Severity: matrix.Error, Origin: matrix.Share(o.Origin(u.field)),
		Because: fmt.Sprintf("%s uses the identity of ServiceAccount %s", o, account),
	}
	if u.token {
		if why := s.gateOff(d); why != "" {
			meta.Code = "FP703"
			meta.Hint = "--feature-gates=" + s.Facts.Identity.Gate + "=true on " + d.String() + ", or remove the field"
			s.Add(&matrix.Observed{CheckMeta: meta, Verdict: matrix.Missing, Evidence: why})
			return
		}
	}
	if exists := s.Exists(account); exists != matrix.Undetermined {
		c := &matrix.Observed{CheckMeta: meta, Verdict: exists, Evidence: "the ServiceAccount exists"}
		c.Code = "FP702"
		if exists == matrix.Missing {
			c.Evidence = "the ServiceAccount does not exist"
			c.Hint = fmt.Sprintf("kubectl -n %s create serviceaccount %s", safetext.Quote(account.Namespace), safetext.Quote(account.Name))
		}
		s.Add(c)
	}
	if !u.token {
		return
	}
	meta.Code, meta.Hint = "FP701", s.tokenHint(d)
	meta.Because += ", whose token " + d.Component + " has to create"
	tokens := snapshot.Resource{Resource: "serviceaccounts", Subresource: "token", Namespaced: true}
	s.Add(&matrix.Asked{CheckMeta: meta, Want: matrix.Allow, AnyOf: checks.OnObject(d.Account(), tokens, "create", account.Namespace, account.Name)})
}

// tokenHint describes where the permission to create tokens comes from.
func (s *section) tokenHint(d *model.Deployment) string {
	gate := s.Facts.Flags.Gate(s.Facts.Identity.Gate)
	switch {
	case d.Component == facts.Operator:
		return "flux-operator is bound to cluster-admin by its own installation: bind it again, or grant it this permission"
	case atLeast(d, gate.AlwaysOnSince):
		return fmt.Sprintf("since Flux %s the optional ClusterRole flux-object-identity grants it: bind it to %s", minor(gate.AlwaysOnSince), d.Account())
	default:
		return fmt.Sprintf("ClusterRole crd-controller grants it from Flux %s until %s", minor(gate.Since), minor(gate.AlwaysOnSince))
	}
}
