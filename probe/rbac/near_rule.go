// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// rules compares what a role that the account has allows with what was asked.
func (s *search) rules(place bound) {
	var verbs []string // those that the role allows on what was asked
	for i := range place.role.Rules {
		rule := &place.role.Rules[i]
		switch {
		case s.allowsVerb(rule):
			s.rule(place, rule)
		case s.question.covered(&rbacv1.PolicyRule{
			Verbs: []string{s.question.Verb}, APIGroups: rule.APIGroups, Resources: rule.Resources,
			ResourceNames: rule.ResourceNames, NonResourceURLs: rule.NonResourceURLs,
		}):
			verbs = append(verbs, rule.Verbs...)
		}
	}
	if len(verbs) > 0 {
		slices.SortFunc(verbs, matrix.CompareVerbs)
		s.of(OtherVerb, place, 0, "allows "+strings.Join(slices.Compact(verbs), ", ")+" on "+s.question.GroupResource()+", not "+s.question.Verb)
	}
}

func (s *search) allowsVerb(rule *rbacv1.PolicyRule) bool { return has(rule.Verbs, s.question.Verb) }

// of reports something about a role that the account has by a binding.
func (s *search) of(form Form, place bound, apart int, text string) {
	s.add(form, place.role.Origin(), apart, place.role.Origin().String()+", given by "+place.binding.Origin().String()+", "+text)
}

// rule compares a rule that has the verb.
func (s *search) rule(place bound, rule *rbacv1.PolicyRule) {
	q := &s.question
	if q.Path != "" {
		for _, url := range rule.NonResourceURLs {
			if strings.HasPrefix(q.Path, url+"/") {
				s.of(OtherSubresource, place, 0, "allows "+q.Verb+" on "+url+", but not on what is below it: that takes "+url+"/*")
			}
		}
		return
	}
	named, grouped := q.inResources(rule), has(rule.APIGroups, q.Group)
	switch {
	case named && grouped: // and still not covered, so it is the names
		s.of(OnlyNames, place, 0, "allows "+q.Verb+" on "+q.GroupResource()+" only by name: "+strings.Join(rule.ResourceNames, ", ")+s.unnamed())
	case named && len(rule.ResourceNames) == 0 && !slices.Contains(rule.Resources, "*"):
		for _, group := range rule.APIGroups {
			s.of(OtherGroup, place, spelling.Distance(group, q.Group), "allows "+q.Verb+" on "+q.resource+" in API group "+groupText(group)+", not in "+groupText(q.Group))
		}
	case grouped:
		for _, resource := range rule.Resources {
			s.resource(place, resource)
		}
	}
}

// resource compares a resource of a rule that has the verb and the group.
func (s *search) resource(place bound, resource string) {
	q := &s.question
	allows := "allows " + q.Verb + " on " + resourceText(resource, q.Group)
	base, sub, isSub := strings.Cut(resource, "/")
	switch {
	case base == q.Resource && q.Subresource != "" && !isSub:
		s.of(OtherSubresource, place, 0, allows+", which does not include the subresource "+q.Subresource)
	case base == q.Resource && q.Subresource == "" && isSub:
		s.of(OtherSubresource, place, 0, allows+", which is only the subresource "+sub)
	case base == q.Resource && q.Subresource != "" && isSub:
		s.of(OtherSubresource, place, 1, allows+", not on the subresource "+q.Subresource)
	case sub == q.Subresource && misspelt(base, q.Resource):
		s.of(SimilarResource, place, spelling.Distance(base, q.Resource), allows+"; the resource is called "+q.resource)
	}
}

// unnamed says why a rule with names never does when no name was asked for.
func (s *search) unnamed() string {
	if s.question.Name != "" {
		return ""
	}
	return "; a request without a name needs a rule without resourceNames"
}

// misspelt says whether a resource of a rule is resource written wrongly: the singular, capitals, or
// a letter or two.
func misspelt(a, resource string) bool {
	return a != resource && (strings.EqualFold(a, resource) || spelling.Similar(strings.ToLower(a), resource))
}

func groupText(group string) string {
	switch group {
	case "":
		return `"" (core)`
	default:
		return group
	}
}
