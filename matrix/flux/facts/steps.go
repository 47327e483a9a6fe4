// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Steps is steps.yaml: what accesses make of the account that has them.
type Steps struct {
	All         []Step
	Inputs      []Input
	Credentials []Credential
}

// Input is a field that names ConfigMaps and Secrets whose content is applied.
type Input struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Field string `json:"field"`
}

// Credential is a field that names a Secret.
type Credential struct {
	Field   string `json:"field"`
	Because string `json:"because"`
}

// Step is what an access makes of the account that has it.
type Step struct {
	Leads    string          // where to, as package matrix/flux/paths knows it
	Because  string          // one line for people
	Brief    string          // the same in few words, without whom it leads to: token
	Accesses []matrix.Access // by verb: any of them is enough; without a namespace and a name
	Names    []string        // the objects that count; all when empty
}

// Link is the word between Brief and the account that the step leads to.
func (s Step) Link() string {
	switch s.Leads {
	case "token", "impersonate", "impersonateUser", "impersonateGroup", "constrained", "constrainedUser", "approve", "request", "approval", "secrets", "writeSecret":
		return "of"
	default:
		return "as"
	}
}

type stepRule struct {
	Leads     string   `json:"leads"`
	Groups    []string `json:"groups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
	Names     []string `json:"names"`
	Because   string   `json:"because"`
	Brief     string   `json:"brief"`
}

type stepsFile struct {
	Steps       []stepRule   `json:"steps"`
	Inputs      []Input      `json:"inputs"`
	Credentials []Credential `json:"credentials"`
}

// expand returns the steps one for each resource.
func (f stepsFile) expand() Steps {
	steps := Steps{Inputs: f.Inputs, Credentials: f.Credentials}
	for _, rule := range f.Steps {
		for _, group := range rule.Groups {
			for _, resource := range rule.Resources {
				s := Step{Leads: rule.Leads, Because: rule.Because, Brief: rule.Brief, Names: rule.Names}
				name, subresource, _ := strings.Cut(resource, "/")
				for _, verb := range rule.Verbs {
					s.Accesses = append(s.Accesses, matrix.Access{Verb: verb, Group: group, Resource: name, Subresource: subresource})
				}
				steps.All = append(steps.All, s)
			}
		}
	}
	return steps
}
