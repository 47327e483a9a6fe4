// SPDX-License-Identifier: Apache-2.0

package references

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// follow checks a reference in the order in which its controller does: the flag, the gate, accessFrom, the target.
func (s *section) follow(r reference) {
	if r.AsAccount {
		s.asAccount(r)
		return
	}
	if why, next := blocked(r); why != "" {
		meta := r.meta("FP602", matrix.Error)
		meta.Hint = "it will not be followed: " + next
		s.Add(&matrix.Observed{CheckMeta: meta, Verdict: matrix.Missing, Evidence: why})
		return
	}
	if !r.crosses() {
		return // nothing but the gate governs it
	}
	group := s.Facts.Components.GroupOf(r.targetKind)
	resource, served := s.ResourceOf(group, r.targetKind)
	if !served {
		s.unserved(r, group, r.targetKind)
		return
	}
	if r.name != "" && !s.present(r, resource) {
		return
	}
	s.canUse(r, resource)
	s.exception(r, resource)
}

// blocked describes what on the controller's command line blocks r, and what to do; "" when nothing does.
func blocked(r reference) (why, next string) {
	d := r.controller
	switch {
	case r.crosses() && r.Flag && d.Flags.Is(facts.FlagNoCrossNamespaceRefs, false):
		return "--" + facts.FlagNoCrossNamespaceRefs + " is set on " + d.String(), "move the objects into one namespace, or lift the block"
	case r.gated() && !d.Flags.Gates[r.Gate]:
		return "the feature gate " + r.Gate + " is off on " + d.String(),
			"set --feature-gates=" + r.Gate + "=true on " + d.String() + ", or refer to another kind of source"
	default:
		return "", ""
	}
}

// asAccount is a reference that is followed with no identity but the account's own.
func (s *section) asAccount(r reference) {
	reconciliation := model.Effective(r.from, r.controller)
	if reconciliation.Remote {
		s.Skip(fmt.Sprintf("%s of %s", r.path, r.from), "spec.kubeConfig: the namespace is on another cluster")
		return
	}
	meta := r.meta("FP601", matrix.Info)
	meta.Subject = matrix.Share(reconciliation.Account)
	evidence := "followed as " + reconciliation.Account.String() + "; section tenants asks for what it needs there"
	if !s.Facts.Components.KindApplies(r.Group, r.Kind) {
		evidence = "the controller asks whether the account that the object names can write there"
	}
	s.Add(&matrix.Observed{CheckMeta: meta, Verdict: matrix.Pass, Evidence: evidence})
}

func (s *section) unserved(r reference, group, kind string) {
	if why := s.FailedGroup(group); why != "" {
		s.SkipBroken(fmt.Sprintf("%s of %s", r.path, r.from), "discovery of the target's API group failed: "+why)
		return
	}
	s.broken(r, "the kind "+kind+" is not served")
}

// broken adds that the target does not exist.
func (s *section) broken(r reference, evidence string) {
	meta := r.unreadable()
	meta.Hint = "correct the reference, or create its target"
	s.Add(&matrix.Observed{CheckMeta: meta, Verdict: matrix.Missing, Evidence: evidence})
}

// present reports whether the target exists and admits the namespace. If not, or if that is not known, it adds the
// check that describes it.
func (s *section) present(r reference, resource snapshot.Resource) bool {
	target, exists := s.Object(resource.Group, r.targetKind, r.namespace, r.name)
	unread := s.WhyUnread(resource.Group, resource.Resource)
	if !exists && unread == "" {
		s.broken(r, r.to()+" does not exist")
		return false
	}
	if !r.AccessFrom {
		return true
	}
	c := &matrix.Observed{CheckMeta: r.meta("FP603", matrix.Error), Verdict: matrix.Undetermined}
	namespace, known := s.Namespace(r.from.Namespace)
	switch {
	case !exists:
		c.Evidence = "the target could not be read: " + unread
	case !known:
		c.Evidence = "the labels of the namespace could not be read: " + s.WhyUnread("", "namespaces")
	default:
		allowed, why := admits(target, namespace.Labels)
		if allowed {
			return true
		}
		c.Verdict, c.Evidence = matrix.Missing, why
		c.Hint = "add a selector with matchLabels of namespace " + r.from.Namespace + " to spec.accessFrom"
	}
	s.Add(c)
	return false
}

// canUse asks whether the controller can do with the target what the reference wants (FP605).
func (s *section) canUse(r reference, resource snapshot.Resource) {
	switch {
	case r.Keeps != "":
		s.canKeep(r)
	case r.ByLabels && !r.matchLabels:
		// An event carries kind, namespace and name of its object: nothing is read to compare them
		// (notification-controller internal/server/event_handlers.go@v1.9).
	default:
		s.ask(r, resource, r.Access(), r.name)
	}
}

// canKeep asks for what the controller keeps beside the target: helm-controller applies a HelmChart in the namespace
// of the chart's source and deletes it again, and leaves the source to source-controller (helm-controller
// internal/reconcile/helmchart_template.go@v1.6.3).
func (s *section) canKeep(r reference) {
	group := s.Facts.Components.GroupOf(r.Keeps)
	resource, served := s.ResourceOf(group, r.Keeps)
	if !served {
		s.unserved(r, group, r.Keeps)
		return
	}
	for _, verb := range s.Facts.Applying.Apply {
		s.ask(r, resource, verb, r.from.Namespace+"-"+r.from.Name)
	}
}

// ask asks for a permission of the controller, once for each resource and namespace.
func (s *section) ask(r reference, resource snapshot.Resource, verb, name string) {
	anyOf := checks.OnObject(r.controller.Account(), resource, verb, r.namespace, name)
	if s.asked[anyOf[0][0]] {
		return
	}
	s.asked[anyOf[0][0]] = true
	meta := r.unreadable()
	meta.Hint = "grant it to the controller: without it the reference is not followed"
	s.Add(&matrix.Asked{CheckMeta: meta, Want: matrix.Allow, AnyOf: anyOf})
}
