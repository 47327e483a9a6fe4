// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// rules compares the rules of a role of the account with the question.
func (s *search) rules(own subjectBinding) {
	var verbs []string // that the role allows on the resource
	for i := range own.role.Rules {
		rule := &own.role.Rules[i]
		switch {
		case s.allowsVerb(rule):
			s.rule(own, rule)
		case s.question.covered(&rbacv1.PolicyRule{
			Verbs: []string{s.question.Verb}, APIGroups: rule.APIGroups, Resources: rule.Resources,
			ResourceNames: rule.ResourceNames, NonResourceURLs: rule.NonResourceURLs,
		}):
			verbs = append(verbs, rule.Verbs...)
		}
	}
	if len(verbs) > 0 {
		slices.SortFunc(verbs, matrix.CompareVerbs)
		s.addRole(OtherVerb, own, 0, "allows "+strings.Join(slices.Compact(verbs), ", ")+" on "+s.question.GroupResource()+", not "+s.question.Verb)
	}
}

func (s *search) allowsVerb(rule *rbacv1.PolicyRule) bool { return has(rule.Verbs, s.question.Verb) }

// addRole adds a near miss about a role that the account holds.
func (s *search) addRole(form Form, own subjectBinding, distance int, text string) {
	s.add(form, own.role.Origin(), distance, own.role.Origin().String()+", bound by "+own.binding.Origin().String()+", "+text)
}

// rule compares a rule that has the verb with the question.
func (s *search) rule(own subjectBinding, rule *rbacv1.PolicyRule) {
	q := &s.question
	if q.Path != "" {
		for _, url := range rule.NonResourceURLs {
			if strings.HasPrefix(q.Path, url+"/") {
				s.addRole(OtherSubresource, own, 0, "allows "+q.Verb+" on "+url+", but not on paths below it, which need "+url+"/*")
			}
		}
		return
	}
	named, grouped := q.inResources(rule), has(rule.APIGroups, q.Group)
	switch {
	case named && grouped: // and not covered, so the names differ
		s.addRole(OnlyNames, own, 0, "allows "+q.Verb+" on "+q.GroupResource()+" only by name: "+strings.Join(rule.ResourceNames, ", ")+s.unnamed())
	case named && len(rule.ResourceNames) == 0 && !slices.Contains(rule.Resources, "*"):
		for _, group := range rule.APIGroups {
			s.addRole(OtherGroup, own, spelling.Distance(group, q.Group), "allows "+q.Verb+" on "+q.resource+" in API group "+groupText(group)+", not in "+groupText(q.Group))
		}
	case grouped:
		for _, resource := range rule.Resources {
			s.resource(own, resource)
		}
	}
}

// resource compares a resource of a rule that has the verb and the group with the question.
func (s *search) resource(own subjectBinding, resource string) {
	q := &s.question
	allows := "allows " + q.Verb + " on " + resourceText(resource, q.Group)
	base, sub, isSub := strings.Cut(resource, "/")
	switch {
	case base == q.Resource && q.Subresource != "" && !isSub:
		s.addRole(OtherSubresource, own, 0, allows+", which does not include the subresource "+q.Subresource)
	case base == q.Resource && q.Subresource == "" && isSub:
		s.addRole(OtherSubresource, own, 0, allows+", which is only the subresource "+sub)
	case base == q.Resource && q.Subresource != "" && isSub:
		s.addRole(OtherSubresource, own, 1, allows+", not on the subresource "+q.Subresource)
	case sub == q.Subresource && misspelled(base, q.Resource):
		s.addRole(SimilarResource, own, spelling.Distance(base, q.Resource), allows+"; the name of the resource is "+q.resource)
	}
}

// unnamed explains why a rule with names does not help a request without one.
func (s *search) unnamed() string {
	if s.question.Name != "" {
		return ""
	}
	return "; a request without a name needs a rule without resourceNames"
}

// misspelled reports whether a is resource with a mistake: in the singular, with capitals, or with a
// letter or two wrong.
func misspelled(a, resource string) bool {
	return a != resource && (strings.EqualFold(a, resource) || spelling.Similar(strings.ToLower(a), resource))
}
