// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Namespaces are the names of the cluster's namespaces, for completion.
func (c *Cluster) Namespaces(ctx context.Context) ([]string, error) {
	return c.names(ctx, "namespaces", "", func(m metav1.ObjectMeta) string { return m.Name })
}

// ServiceAccounts are the service accounts of a namespace as NAMESPACE/NAME, for completion; of all
// namespaces when it is empty.
func (c *Cluster) ServiceAccounts(ctx context.Context, namespace string) ([]string, error) {
	return c.names(ctx, "serviceaccounts", namespace, func(m metav1.ObjectMeta) string { return m.Namespace + "/" + m.Name })
}

func (c *Cluster) names(ctx context.Context, resource, namespace string, name func(metav1.ObjectMeta) string) ([]string, error) {
	found, err := c.metadata.Resource(corev1.SchemeGroupVersion.WithResource(resource)).Namespace(namespace).List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return nil, err
	}
	all := make([]string, len(found.Items))
	for i, item := range found.Items {
		all[i] = name(item.ObjectMeta)
	}
	return all, nil
}
