// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// undiscoveredKind is the kind of an undiscovered resource. No real kind is called that.
const undiscoveredKind = "*"

// undiscovered returns a resource that is not known from discovery: a virtual one, one of a group whose
// discovery failed, or * itself.
func undiscovered(group, resource, subresource string) snapshot.Resource {
	return snapshot.Resource{Group: group, Resource: resource, Subresource: subresource, Kind: undiscoveredKind, Namespaced: true}
}

func isUndiscovered(r snapshot.Resource) bool { return r.Kind == undiscoveredKind }

// checkPathVerb reports a verb that no request for a URL has.
func (x *ruleExpansion) checkPathVerb(field, verb string) {
	if rest, ok := strings.CutPrefix(verb, "impersonate-on:"); ok {
		_, verb, _ = strings.Cut(rest, ":")
	}
	if !slices.Contains(matrix.HTTPVerbs(), verb) && !x.rule.Optional && !x.rule.Literal {
		x.mistake(field, "unknown verb %q of a URL%s", verb, spelling.Hint(verb, matrix.HTTPVerbs()))
	}
}

// verbs returns the verbs that a verb of the rule stands for on r. For a resource that a wildcard stands
// for, there can be none.
func (x *ruleExpansion) verbs(field string, r snapshot.Resource, verb string, wildcard bool) []string {
	served, apiVerbs := r.Verbs, matrix.APIVerbs()
	if isUndiscovered(r) && !matrix.IsVirtualResource(r.Group, r.Resource) {
		served = apiVerbs
	}
	sorted := func() []string { return slices.SortedFunc(slices.Values(served), matrix.CompareVerbs) }
	isAPIVerb := slices.Contains(apiVerbs, verb)
	switch {
	case verb == "*" && x.rule.Expect == matrix.Deny && !x.rule.Literal:
		return append([]string{verb}, sorted()...)
	case x.rule.Literal, verb == "*", matrix.IsAuthorizerVerb(verb), slices.Contains(served, verb),
		x.rule.Expect == matrix.Deny && !wildcard && isAPIVerb: // it can be granted although it is not served
		return []string{verb}
	case !x.rule.Optional && (!wildcard || !isAPIVerb):
		x.mistake(field, "%s does not serve the verb %q%s", groupResource(r), verb, spelling.Hint(verb, sorted()))
	}
	return nil
}
