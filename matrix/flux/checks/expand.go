// SPDX-License-Identifier: Apache-2.0

package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Expanded is one access of an expanded rule.
type Expanded struct {
	Access matrix.Access
	Failed string // why discovery does not tell whether the access exists; "" when it exists
}

// Expand returns the accesses of a rule in namespace ("" for all), as far as discovery serves them. A "*" becomes
// the literal and every resource and verb that is served, because either can be granted without the other. The
// second result names the groups and resources that are not served: the API server would answer about them too.
func Expand(m *model.Model, r facts.Rule, namespace string) (accesses []Expanded, absent []string) {
	for _, path := range r.Paths {
		for _, verb := range r.Verbs {
			accesses = append(accesses, Expanded{Access: matrix.Access{Verb: verb, Path: path}})
		}
	}
	for _, group := range r.Groups {
		for _, resource := range r.Resources {
			found, missing := expandResource(m, group, resource, r.Verbs, namespace)
			accesses, absent = append(accesses, found...), append(absent, missing...)
		}
	}
	return accesses, absent
}

func expandResource(m *model.Model, group, resource string, verbs []string, namespace string) ([]Expanded, []string) {
	if group == "*" || resource == "*" {
		return expandAll(m, group, verbs, namespace)
	}
	name, subresource, _ := strings.Cut(resource, "/")
	served, ok := m.Resource(group, name, subresource)
	if ok {
		return expandVerbs(served, verbs, namespace, ""), nil
	}
	// Users and groups are not resources of the API, but the authorizer knows them.
	unserved := snapshot.Resource{Group: group, Resource: name, Subresource: subresource}
	if authorizerOnly(verbs) {
		return expandVerbs(unserved, verbs, namespace, ""), nil
	}
	if why := m.FailedGroup(group); why != "" {
		unserved.Namespaced = true
		return expandVerbs(unserved, verbs, namespace, why), nil
	}
	return nil, []string{matrix.Access{Group: group, Resource: name, Subresource: subresource}.GroupResource()}
}

// expandAll expands the resource "*" of a group, or of all groups.
func expandAll(m *model.Model, group string, verbs []string, namespace string) ([]Expanded, []string) {
	literal := snapshot.Resource{Group: group, Resource: "*", Namespaced: true}
	if why := m.FailedGroup(group); why != "" {
		return expandVerbs(literal, verbs, namespace, why), nil
	}
	var accesses []Expanded
	for _, r := range m.Resources {
		if group == "*" || group == r.Group {
			accesses = append(accesses, expandVerbs(r, servedVerbs(r, verbs), namespace, "")...)
		}
	}
	if len(accesses) == 0 {
		return nil, []string{cmp.Or(group, "core") + " (API group)"}
	}
	if group == "*" {
		for _, f := range m.FailedGroups {
			failed := snapshot.Resource{Group: f.Group, Resource: "*", Namespaced: true}
			accesses = append(accesses, expandVerbs(failed, verbs, namespace, f.Reason)...)
		}
	}
	return append(expandVerbs(literal, verbs, namespace, ""), accesses...), nil
}

func expandVerbs(r snapshot.Resource, verbs []string, namespace, failed string) []Expanded {
	accesses := make([]Expanded, len(verbs))
	for i, verb := range verbs {
		accesses[i] = Expanded{r.Access(verb, namespace, ""), failed}
	}
	return accesses
}

// servedVerbs returns the verbs of a rule that a resource serves; "*" stands for all of them.
func servedVerbs(r snapshot.Resource, verbs []string) []string {
	if slices.Contains(verbs, "*") {
		return slices.SortedFunc(slices.Values(r.Verbs), matrix.CompareVerbs)
	}
	return slices.DeleteFunc(slices.Clone(verbs), func(verb string) bool { return !r.Has(verb) })
}

// authorizerOnly reports whether all verbs are the authorizer's and not the API's: they can be about resources that
// discovery does not list.
func authorizerOnly(verbs []string) bool {
	return !slices.ContainsFunc(verbs, func(verb string) bool { return !matrix.IsAuthorizerVerb(verb) })
}

// AskExpanded adds a check of one access. If discovery of the API group failed, the check is undetermined: what
// exists in the group is not known, and that is never a pass.
func (r *Results) AskExpanded(meta matrix.CheckMeta, want matrix.Effect, x Expanded) {
	r.Add(ExpandedCheck(meta, want, x))
}

// ExpandedCheck is the check that AskExpanded adds.
func ExpandedCheck(meta matrix.CheckMeta, want matrix.Effect, x Expanded) matrix.Check {
	if x.Failed == "" {
		return &matrix.Asked{CheckMeta: meta, Want: want, AnyOf: matrix.One(meta.Subject.Get(), x.Access)}
	}
	meta.Severity = matrix.Error
	meta.Hint = "repair or remove the APIService of " + x.Access.Group + ": kubectl get apiservices"
	return &matrix.Observed{
		CheckMeta: meta, Verdict: matrix.Undetermined, Place: &x.Access,
		Evidence: fmt.Sprintf("discovery of %s failed: %s", x.Access.Group, strings.TrimSpace(x.Failed)),
	}
}
