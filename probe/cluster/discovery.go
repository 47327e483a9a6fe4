// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
)

// resources asks discovery once. A group that fails, because its APIService points nowhere or its
// server is down, costs only itself and is named with its reason.
func (c *Cluster) resources(ctx context.Context) ([]flux.Resource, []flux.FailedGroup, error) {
	groups, lists, err := c.discovery.ServerGroupsAndResourcesWithContext(ctx)
	var failed *discovery.ErrGroupDiscoveryFailed
	if err != nil && !errors.As(err, &failed) {
		return nil, nil, explain(c.Server, err)
	}
	if len(lists) == 0 {
		return nil, nil, fmt.Errorf("%s does not answer as a Kubernetes API server does (no API resources): check the server URL of the context", c.Server)
	}
	if failed == nil {
		return preferred(groups, lists), nil, nil
	}
	return preferred(groups, lists), c.failedGroups(failed.Groups), nil
}

// preferred are the resources and subresources of lists, each in its group's preferred version or,
// when that does not serve it, in the first version that does.
func preferred(groups []*metav1.APIGroup, lists []*metav1.APIResourceList) []flux.Resource {
	served := make(map[string][]metav1.APIResource, len(lists))
	for _, l := range lists {
		served[l.GroupVersion] = append(served[l.GroupVersion], l.APIResources...)
	}
	var resources []flux.Resource
	for _, g := range groups {
		seen := make(map[string]bool)
		for _, v := range slices.Concat([]metav1.GroupVersionForDiscovery{g.PreferredVersion}, g.Versions) {
			for _, r := range served[v.GroupVersion] {
				if seen[r.Name] {
					continue
				}
				seen[r.Name] = true
				name, subresource, _ := strings.Cut(r.Name, "/")
				resources = append(resources, flux.Resource{
					Group: g.Name, Version: v.Version, Resource: name, Subresource: subresource,
					Kind: r.Kind, Namespaced: r.Namespaced, Verbs: r.Verbs,
				})
			}
		}
	}
	slices.SortFunc(resources, func(a, b flux.Resource) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Subresource, b.Subresource))
	})
	return resources
}

// failedGroups are the groups with a version that failed, also when other versions of theirs
// answered: what only the failed one serves is unknown.
func (c *Cluster) failedGroups(versions map[schema.GroupVersion]error) []flux.FailedGroup {
	var failed []flux.FailedGroup
	for gv, err := range versions {
		reason := "discovery of " + gv.String() + " failed: "
		if _, stale := err.(discovery.StaleGroupVersionError); stale {
			reason += "its server does not answer; see kubectl get apiservices"
		} else {
			reason += probe.Printable(explain(c.Server, err).Error())
		}
		failed = append(failed, flux.FailedGroup{Group: gv.Group, Reason: reason})
	}
	slices.SortFunc(failed, func(a, b flux.FailedGroup) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Reason, b.Reason))
	})
	return slices.CompactFunc(failed, func(a, b flux.FailedGroup) bool { return a.Group == b.Group })
}
