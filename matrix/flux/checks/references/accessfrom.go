// SPDX-License-Identifier: Apache-2.0

package references

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// accessFrom checks spec.accessFrom of an object: that it does not admit every namespace, or that Flux enforces it at
// all.
func (s *section) accessFrom(o snapshot.Object) {
	if o.Group != s.Facts.Components.GroupOf(o.Kind) || !s.Includes(o.Namespace) {
		return
	}
	enforced := slices.ContainsFunc(s.Facts.References, func(r facts.Reference) bool { return r.AccessFrom && r.Target == o.Kind })
	if enforced {
		s.admitsAll(o)
		return
	}
	if fields.Get(o.Fields, "spec.accessFrom") != nil {
		s.notEnforced(o)
	}
}

// notEnforced reports an accessFrom that has no effect (FP606). HelmRepository has the field since it had an access list
// in the first versions of its API (source-controller api/v1/helmrepository_types.go@v1.9.5).
func (s *section) notEnforced(o snapshot.Object) {
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP606", Severity: matrix.Warning, Origin: matrix.Share(o.Origin("spec.accessFrom")),
			Because: "whoever set spec.accessFrom of " + o.String() + " relies on it to decide which namespaces can use the object",
			Hint:    "remove the field, and block references from other namespaces with --" + facts.FlagNoCrossNamespaceRefs,
		},
		Verdict: matrix.Excess, Evidence: fmt.Sprintf("Flux does not enforce accessFrom of a %s: every namespace can refer to it", o.Kind),
	}
	if d := s.Controller(o); d != nil {
		c.Subject = matrix.Share(d.Account())
	}
	s.Add(c)
}

// admitsAll checks that an accessFrom does not admit every namespace (FP604).
func (s *section) admitsAll(o snapshot.Object) {
	open, has := admitsAll(o)
	if !has {
		return
	}
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: "FP604", Severity: matrix.Warning, Origin: matrix.Share(o.Origin("spec.accessFrom")),
			Because: "spec.accessFrom of " + o.String() + " decides which namespaces can use it",
		},
		Verdict: matrix.Pass, Evidence: "every selector names labels",
	}
	if d := s.Controller(o); d != nil {
		c.Subject = matrix.Share(d.Account())
	}
	if open {
		c.Verdict, c.Evidence = matrix.Excess, "a selector without matchLabels admits every namespace"
		c.Hint = "select by kubernetes.io/metadata.name, which no tenant can set"
	}
	s.Add(c)
}
