// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Namespaces are the names of the cluster's namespaces, for completion.
func (c *Cluster) Namespaces(ctx context.Context) ([]string, error) {
	return c.Names(ctx, snapshot.Resource{Version: "v1", Resource: "namespaces"}, "")
}

// ServiceAccounts are the service accounts of a namespace as NAMESPACE/NAME, for completion; of all
// namespaces when it is empty.
func (c *Cluster) ServiceAccounts(ctx context.Context, namespace string) ([]string, error) {
	accounts := snapshot.Resource{Version: "v1", Resource: "serviceaccounts"}
	return c.names(ctx, accounts, namespace, func(m metav1.ObjectMeta) string { return m.Namespace + "/" + m.Name })
}

// Resources are what the server serves, for completion. An API group that cannot be discovered is left out.
func (c *Cluster) Resources(ctx context.Context) ([]snapshot.Resource, error) {
	resources, _, err := c.resources(ctx)
	return resources, err
}

// Names are the names of the objects of a resource in a namespace, for completion; in all namespaces when
// it is empty.
func (c *Cluster) Names(ctx context.Context, resource snapshot.Resource, namespace string) ([]string, error) {
	return c.names(ctx, resource, namespace, func(m metav1.ObjectMeta) string { return m.Name })
}

func (c *Cluster) names(ctx context.Context, resource snapshot.Resource, namespace string, name func(metav1.ObjectMeta) string) ([]string, error) {
	list := schema.GroupVersionResource{Group: resource.Group, Version: resource.Version, Resource: resource.Resource}
	found, err := c.metadata.Resource(list).Namespace(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, err
	}
	all := make([]string, len(found.Items))
	for i, item := range found.Items {
		all[i] = name(item.ObjectMeta)
	}
	return all, nil
}
