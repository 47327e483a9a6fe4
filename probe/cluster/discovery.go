// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// resources reads discovery. A group that fails, because its APIService points nowhere or its
// server is down, costs only itself and is named with its reason. Any other error is one of the server.
func (c *Cluster) resources(ctx context.Context) ([]snapshot.Resource, []snapshot.FailedGroup, error) {
	var resources []snapshot.Resource
	var failures []snapshot.FailedGroup
	err := c.reads.do(ctx, func(ctx context.Context) error {
		ctx, response := recordResponse(ctx)
		resources, failures = nil, nil
		groups, lists, err := c.discovery.ServerGroupsAndResourcesWithContext(ctx)
		var failed *discovery.ErrGroupDiscoveryFailed
		if err != nil && !errors.As(err, &failed) {
			return explain(c.Server, response.withDelay(err))
		}
		resources, failures = preferred(groups, lists), nil
		if failed != nil {
			failures = c.failedGroups(failed.Groups)
		}
		if err := complete(resources); err != nil {
			return explain(c.Server, err)
		}
		return response.withDelay(throttledIn(failed))
	})
	if ctx.Err() != nil || err != nil && len(failures) == 0 {
		return nil, nil, err
	}
	return resources, failures, nil
}

// throttledIn returns the error of a group that the server does not serve only for the moment; nil when there is none.
func throttledIn(failed *discovery.ErrGroupDiscoveryFailed) error {
	if failed != nil {
		for _, err := range failed.Groups {
			if code(err) == http.StatusTooManyRequests {
				return err
			}
		}
	}
	return nil
}

// complete returns an error when resources lacks what every API server serves: one resource of /api, and of
// /apis the one that asks. The two are read separately, and an answer like {} is an empty list of groups.
func complete(resources []snapshot.Resource) error {
	for _, want := range []schema.GroupResource{{Resource: "namespaces"}, {Group: authorizationv1.GroupName, Resource: "subjectaccessreviews"}} {
		if !slices.ContainsFunc(resources, func(r snapshot.Resource) bool { return r.Group == want.Group && r.Resource == want.Resource }) {
			return fmt.Errorf("discovery does not list %s", want)
		}
	}
	return nil
}

// preferred are the resources and subresources of lists, each in its group's preferred version or,
// when that does not serve it, in the first version that does.
func preferred(groups []*metav1.APIGroup, lists []*metav1.APIResourceList) []snapshot.Resource {
	served := make(map[string][]metav1.APIResource, len(lists))
	for _, l := range lists {
		served[l.GroupVersion] = append(served[l.GroupVersion], l.APIResources...)
	}
	var resources []snapshot.Resource
	for _, g := range groups {
		seen := make(map[string]bool)
		for _, v := range slices.Concat([]metav1.GroupVersionForDiscovery{g.PreferredVersion}, g.Versions) {
			for _, r := range served[v.GroupVersion] {
				if seen[r.Name] {
					continue
				}
				seen[r.Name] = true
				name, subresource, _ := strings.Cut(r.Name, "/")
				resources = append(resources, snapshot.Resource{
					Group: g.Name, Version: v.Version, Resource: name, Subresource: subresource,
					Kind: r.Kind, Namespaced: r.Namespaced, Verbs: r.Verbs, ShortNames: r.ShortNames,
				})
			}
		}
	}
	slices.SortFunc(resources, func(a, b snapshot.Resource) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Resource, b.Resource), strings.Compare(a.Subresource, b.Subresource))
	})
	return resources
}

// failedGroups are the groups with a version that failed, also when other versions of theirs
// answered: what only the failed one serves is unknown.
func (c *Cluster) failedGroups(versions map[schema.GroupVersion]error) []snapshot.FailedGroup {
	var failed []snapshot.FailedGroup
	for gv, err := range versions {
		reason := "discovery of " + gv.String() + " failed: "
		if _, stale := err.(discovery.StaleGroupVersionError); stale {
			reason += "its server does not answer; see kubectl get apiservices"
		} else {
			reason += safetext.Printable(explain(c.Server, err).Error())
		}
		failed = append(failed, snapshot.FailedGroup{Group: gv.Group, Reason: reason})
	}
	slices.SortFunc(failed, func(a, b snapshot.FailedGroup) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Reason, b.Reason))
	})
	return slices.CompactFunc(failed, func(a, b snapshot.FailedGroup) bool { return a.Group == b.Group })
}
