// SPDX-License-Identifier: Apache-2.0

package facts

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// Forbidden is forbidden.yaml: the accesses that a tenant's account must not have, by where it must not. They have no
// namespace yet.
type Forbidden struct {
	FluxNamespace   []matrix.Access
	SystemNamespace []matrix.Access
	TenantNamespace []matrix.Access
	ClusterScope    []matrix.Access
	OwnNamespace    []matrix.Access
	Samples         []matrix.Access // of having any permission at all
}

type forbiddenRule struct {
	Groups    []string `json:"groups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

type forbiddenFile struct {
	FluxNamespace   []forbiddenRule `json:"fluxNamespace"`
	SystemNamespace []forbiddenRule `json:"systemNamespace"`
	TenantNamespace []forbiddenRule `json:"tenantNamespace"`
	ClusterScope    []forbiddenRule `json:"clusterScope"`
	OwnNamespace    []forbiddenRule `json:"ownNamespace"`
	Samples         []forbiddenRule `json:"samples"`
}

func (f forbiddenFile) expand() Forbidden {
	return Forbidden{
		FluxNamespace: accesses(f.FluxNamespace), SystemNamespace: accesses(f.SystemNamespace), TenantNamespace: accesses(f.TenantNamespace),
		ClusterScope: accesses(f.ClusterScope), OwnNamespace: accesses(f.OwnNamespace), Samples: accesses(f.Samples),
	}
}

func accesses(rules []forbiddenRule) []matrix.Access {
	var all []matrix.Access
	for _, rule := range rules {
		for _, group := range rule.Groups {
			for _, resource := range rule.Resources {
				name, subresource, _ := strings.Cut(resource, "/")
				for _, verb := range rule.Verbs {
					all = append(all, matrix.Access{Verb: verb, Group: group, Resource: name, Subresource: subresource})
				}
			}
		}
	}
	return all
}
