// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

// The names of the goals that every cluster has.
const (
	ClusterAdmin = "cluster-admin"
	Secrets      = "secrets"  // every Secret of the cluster
	Tenant       = "tenant"   // another tenant's namespace
	Platform     = "platform" // what Flux applies for the platform
)

// Goals returns the names of the goals that every cluster has, the worst first.
func Goals() []string { return []string{ClusterAdmin, Secrets, Tenant, Platform} }

// Goal is where paths lead.
type Goal struct {
	Name    string // one of Goals, or namespace/name of an account
	Targets []Target
}

// Fails reports whether a path to a goal is a failure: it gives everything, or another tenant.
func Fails(goal string) bool { return goal == ClusterAdmin || goal == Tenant }

// describe says what is reached.
func (g Goal) describe(reaches string) string {
	switch g.Name {
	case ClusterAdmin:
		return "cluster-admin"
	case Secrets:
		return "every Secret of the cluster"
	case Tenant:
		return "tenant " + cmp.Or(reaches, "of another namespace")
	case Platform:
		return "the platform's source of truth"
	default:
		return g.Name
	}
}

// Source is an account that paths are asked from.
type Source struct {
	Subject matrix.Subject
	Own     string // the label of targets that are its own; "" for none
	At      Key    // the node that its paths begin at; that of Subject when zero
}

func (s Source) key() Key {
	if s.At == (Key{}) {
		return Key{Subject: s.Subject}
	}
	return s.At
}
