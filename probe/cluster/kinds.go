// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/pager"
)

// kind is a resource that is listed, and how.
type kind struct {
	resource   schema.GroupVersionResource
	namespaced bool
	list       schema.GroupVersionKind // what a response must be
	accept     string
	empty      func() runtime.Object // what it is decoded into; a message, or an UnstructuredList
}

const metadataList = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," +
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

// The resources of Kubernetes that are listed. Of those that are read for their names and labels only the
// metadata is.
var (
	namespaces          = metadataKind(corev1.SchemeGroupVersion.WithResource("namespaces"), false)
	serviceAccounts     = metadataKind(corev1.SchemeGroupVersion.WithResource("serviceaccounts"), true)
	deployments         = typedKind(appsv1.SchemeGroupVersion, "deployments", true, func() runtime.Object { return &appsv1.DeploymentList{} }, "DeploymentList")
	roles               = typedKind(rbacv1.SchemeGroupVersion, "roles", true, func() runtime.Object { return &rbacv1.RoleList{} }, "RoleList")
	clusterRoles        = typedKind(rbacv1.SchemeGroupVersion, "clusterroles", false, func() runtime.Object { return &rbacv1.ClusterRoleList{} }, "ClusterRoleList")
	roleBindings        = typedKind(rbacv1.SchemeGroupVersion, "rolebindings", true, func() runtime.Object { return &rbacv1.RoleBindingList{} }, "RoleBindingList")
	clusterRoleBindings = typedKind(rbacv1.SchemeGroupVersion, "clusterrolebindings", false, func() runtime.Object { return &rbacv1.ClusterRoleBindingList{} }, "ClusterRoleBindingList")
)

func metadataKind(resource schema.GroupVersionResource, namespaced bool) kind {
	return kind{resource, namespaced, metav1.SchemeGroupVersion.WithKind("PartialObjectMetadataList"), metadataList,
		func() runtime.Object { return &metav1.PartialObjectMetadataList{} }}
}

func typedKind(version schema.GroupVersion, resource string, namespaced bool, empty func() runtime.Object, list string) kind {
	return kind{version.WithResource(resource), namespaced, version.WithKind(list), acceptBoth, empty}
}

// customKind is a custom resource, which is served as JSON only.
func customKind(resource schema.GroupVersionResource, name string, namespaced bool) kind {
	return kind{resource, namespaced, resource.GroupVersion().WithKind(name + "List"), runtime.ContentTypeJSON,
		func() runtime.Object { return &unstructured.UnstructuredList{} }}
}

// page reads pages of k in a namespace. Every response must be a list of the kind that was asked for: {}, or a
// Status that reports success, is no empty list.
func (c *Cluster) page(k kind, namespace string) pager.ListPageFunc {
	path := "/apis/" + k.resource.Group + "/" + k.resource.Version
	if k.resource.Group == "" {
		path = "/api/" + k.resource.Version
	}
	if namespace != metav1.NamespaceAll {
		path += "/namespaces/" + namespace
	}
	path += "/" + k.resource.Resource
	return func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		var list runtime.Object
		err := c.reads.do(ctx, func(ctx context.Context) error {
			body, err := send(ctx, c.rest.Get().AbsPath(path).SetHeader("Accept", k.accept).SpecificallyVersionedParams(&o, scheme.ParameterCodec, schema.GroupVersion{Version: "v1"}))
			if err != nil {
				return explain(c.Server, err)
			}
			list = k.empty()
			return explain(c.Server, body.intoList(k.list, list))
		})
		return list, err
	}
}

// intoList decodes a body that must be a list of the kind want.
func (b *body) intoList(want schema.GroupVersionKind, list runtime.Object) error {
	switch list := list.(type) {
	case message:
		return b.into(want, list)
	case *unstructured.UnstructuredList:
		if b.kind != want {
			return b.into(want, nil) // reports the kind
		}
		if err := list.UnmarshalJSON(b.raw); err != nil {
			return fmt.Errorf("the response cannot be decoded: %v", err)
		}
		return nil
	default:
		return fmt.Errorf("lists of type %T cannot be decoded", list)
	}
}
