// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/version"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// release assumes that every install of Flux is of another release: its version, and what the release changes in the
// ClusterRoles and ClusterRoleBindings of the controllers. What somebody else changed in them stays as it is.
type release struct {
	text    string
	version version.Version
}

func (r release) String() string { return r.text }

func (release) rbac() bool { return true }

func parseRelease(text, value string, _ Reader) (Assumption, error) {
	v, err := version.Parse(value)
	if err != nil {
		return nil, &Error{text, err.Error()}
	}
	if _, why := facts.Load().Releases.JudgedBy(v.String()); why != "" {
		known := facts.Load().Releases
		return nil, &Error{text, fmt.Sprintf("the permissions of Flux %s are not known; those of %s to %s are", v, known.Oldest, known.Newest)}
	}
	return release{text, v}, nil
}

func (r release) apply(s *state) error {
	m := s.flux()
	s.options.FluxVersion = "" // that was given is what runs now
	if len(m.Installs) == 0 {
		return &Error{r.text, "no Flux was found"}
	}
	same := true
	for _, i := range m.Installs {
		same = same && i.Version == r.version.String()
		if i.Assumed != "" {
			return &Error{r.text, fmt.Sprintf("what changes is not known: Flux in %s: %s", i.Namespace, i.Assumed)}
		}
	}
	if same {
		return &Error{r.text, fmt.Sprintf("Flux is %s already", r.version)}
	}
	for _, i := range m.Installs {
		r.labels(s, i)
		r.roles(s, m, i)
		r.subjects(s, m, i)
	}
	s.skip("what the release changes besides labels and RBAC: CustomResourceDefinitions, controllers and their flags", "assume them with file=")
	return nil
}

// labels puts the version on what installers put it on.
func (r release) labels(s *state, i *model.Install) {
	const label = "app.kubernetes.io/version"
	labelled := func(labels map[string]string) map[string]string {
		labels = maps.Clone(labels)
		if labels == nil {
			labels = map[string]string{}
		}
		labels[label] = r.version.String()
		return labels
	}
	if d, ok := s.Definitions[detect.VersionDefinition]; ok && d.Labels[label] != "" {
		s.Definitions = maps.Clone(s.Definitions)
		s.Definitions[detect.VersionDefinition] = snapshot.Definition{Labels: labelled(d.Labels)}
	}
	s.Namespaces = slices.Clone(s.Namespaces)
	for k, n := range s.Namespaces {
		if n.Name == i.Namespace && n.Labels[label] != "" {
			s.Namespaces[k].Labels = labelled(n.Labels)
		}
	}
	s.Deployments = slices.Clone(s.Deployments)
	for k := range s.Deployments {
		d := &s.Deployments[k]
		controls := slices.ContainsFunc(i.Controllers, func(c detect.Controller) bool {
			return c.Namespace == d.Namespace && c.Name == d.Name && c.Component != facts.Operator
		})
		if controls {
			*d = *d.DeepCopy()
			d.Labels = labelled(d.Labels)
		}
	}
}

// roles changes the rules of the roles that the release ships.
func (r release) roles(s *state, m *model.Model, i *model.Install) {
	s.Roles = slices.Clone(s.Roles)
	bound := map[string]bool{}
	for _, b := range i.Bindings.Controllers {
		bound[b.RoleRef.Name] = true
	}
	for k, role := range s.Roles {
		for _, shipped := range m.Facts.Releases.Roles {
			if role.Namespace == "" && isShipped(role, shipped, bound) {
				s.Roles[k].Rules = changed(s.Roles[k].Rules, facts.Policies(facts.In(shipped.Rules, i.Release)), facts.Policies(facts.In(shipped.Rules, r.version)))
			}
		}
	}
}

// isShipped reports whether a role is the one that a release ships: that of the controllers by its binding, those for people
// by their labels and rules.
func isShipped(role rbac.Role, shipped facts.Role, bound map[string]bool) bool {
	switch {
	case shipped.Name == facts.CRDController:
		return bound[role.Name]
	case len(shipped.Labels) == 0 || role.Builtin():
		return false
	}
	var labels []string
	for label, value := range role.Labels {
		if strings.Contains(label, "aggregate-to-") && value == "true" {
			labels = append(labels, label)
		}
	}
	wanted := slices.Sorted(slices.Values(shipped.Labels))
	onFlux := func(rule rbacv1.PolicyRule) bool { return slices.ContainsFunc(rule.APIGroups, facts.IsGroup) }
	return slices.Equal(slices.Sorted(slices.Values(labels)), wanted) && slices.ContainsFunc(role.Rules, onFlux)
}

// changed returns rules without those that only the old release has, and with those that only the new one has.
func changed(rules, old, now []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	kept := slices.DeleteFunc(slices.Clone(rules), func(rule rbacv1.PolicyRule) bool { return has(old, rule) && !has(now, rule) })
	for _, rule := range now {
		if !has(old, rule) && !has(kept, rule) {
			kept = append(kept, rule)
		}
	}
	return kept
}

func has(rules []rbacv1.PolicyRule, rule rbacv1.PolicyRule) bool {
	return slices.ContainsFunc(rules, func(r rbacv1.PolicyRule) bool { return equality.Semantic.DeepEqual(r, rule) })
}

// subjects adds to the bindings of the controllers the accounts that only the new release binds.
func (r release) subjects(s *state, m *model.Model, i *model.Install) {
	shipped := m.Facts.Releases.Role(facts.CRDController)
	s.Bindings = slices.Clone(s.Bindings)
	for k, b := range s.Bindings {
		if !slices.ContainsFunc(i.Bindings.Controllers, func(c rbac.Binding) bool { return c.Origin() == b.Origin() }) {
			continue
		}
		for _, subject := range shipped.Subjects {
			named := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: i.Namespace, Name: subject.Name}
			if !shipped.Binds(subject.Name, i.Release) && shipped.Binds(subject.Name, r.version) && !slices.Contains(b.Subjects, named) {
				s.Bindings[k].Subjects = append(slices.Clip(s.Bindings[k].Subjects), named)
			}
		}
	}
}
