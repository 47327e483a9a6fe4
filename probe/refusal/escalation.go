// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// Escalation is a role or a binding that the API server refused to write because it grants more than its writer holds.
type Escalation struct {
	Subject   matrix.Subject
	Resource  string // roles, clusterroles, rolebindings or clusterrolebindings; empty when the text does not name it
	Namespace string // empty as well when the text does not name it
	Name      string
	Rules     []rbacv1.PolicyRule // what the writer does not hold
}

// escalations matches the words of k8s.io/kubernetes pkg/registry/rbac/validation/rule.go@v1.37.2, and the object
// before them.
var (
	escalations = compiled(
		`(?:((?:cluster)?role(?:binding)?s)\.rbac\.authorization\.k8s\.io "([^"]*)" is forbidden: |)` +
			`user "([^"]+)" \(groups=\[[^\]]*\]\) is attempting to grant RBAC permissions not currently held:((?: ?\{[^{}]*\})*)`)
	rule   = compiled(`\{[^{}]*\}`)
	fields = compiled(`(APIGroups|Resources|NonResourceURLs|ResourceNames|Verbs):\[([^\]]*)\]`)
	item   = compiled(`"([^"]*)"`)
	inside = compiled(`\bRole(?:Binding)?/([^/\s"']+)/([^/\s"']+)`) // as Flux names what it applies
)

// Escalations returns every refusal of this kind in a text, in order.
func Escalations(text string) []Escalation {
	plain := Plain(text)
	var found []Escalation
	for _, m := range escalations().FindAllStringSubmatch(plain, -1) {
		e := Escalation{Subject: subjectOf(m[3]), Resource: m[1], Name: unwrapped(m[2])}
		for _, one := range rule().FindAllString(m[4], -1) {
			e.Rules = append(e.Rules, ruleOf(one))
		}
		if !strings.HasPrefix(e.Resource, "cluster") {
			for _, at := range inside().FindAllStringSubmatch(plain, -1) {
				if at[2] == e.Name {
					e.Namespace = at[1]
				}
			}
		}
		found = append(found, e)
	}
	return found
}

// ruleOf reads a rule in the words of CompactString, k8s.io/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go@v1.37.2.
func ruleOf(text string) rbacv1.PolicyRule {
	var r rbacv1.PolicyRule
	into := map[string]*[]string{
		"APIGroups": &r.APIGroups, "Resources": &r.Resources, "NonResourceURLs": &r.NonResourceURLs,
		"ResourceNames": &r.ResourceNames, "Verbs": &r.Verbs,
	}
	for _, field := range fields().FindAllStringSubmatch(text, -1) {
		for _, value := range item().FindAllStringSubmatch(field[2], -1) {
			*into[field[1]] = append(*into[field[1]], unwrapped(value[1]))
		}
	}
	return r
}

// Accesses returns what the writer does not hold, in the namespace of the object.
func (e Escalation) Accesses() []matrix.Access {
	var all []matrix.Access
	for _, r := range e.Rules {
		for _, verb := range r.Verbs {
			for _, path := range r.NonResourceURLs {
				all = append(all, matrix.Access{Verb: verb, Path: path})
			}
			for _, group := range r.APIGroups {
				for _, resource := range r.Resources {
					name, sub, _ := strings.Cut(resource, "/")
					a := matrix.Access{Verb: verb, Group: group, Resource: name, Subresource: sub, Namespace: e.Namespace}
					if len(r.ResourceNames) == 0 {
						all = append(all, a)
					}
					for _, a.Name = range r.ResourceNames {
						all = append(all, a)
					}
				}
			}
		}
	}
	return all
}
