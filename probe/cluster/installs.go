// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/flux"
)

// DefaultFluxNamespace is where flux install and flux bootstrap put Flux when not told otherwise.
const DefaultFluxNamespace = "flux-system"

const deployments = "deployments.apps"

// NoFluxError says that no controller of Flux was found.
type NoFluxError struct {
	Namespace string // where it was looked for; "" for all namespaces
	Unread    string // why Deployments could not be read, when that is the cause
}

// Error is one line of cause and next step.
func (e *NoFluxError) Error() string {
	switch {
	case e.Unread != "":
		return "cannot look for Flux: " + e.Unread + "; ask for the right to list deployments.apps, or probe one namespace with --namespace"
	case e.Namespace != "":
		return fmt.Sprintf("no Flux controllers in namespace %s: is it the right --flux-namespace, and the right --context?", e.Namespace)
	default:
		return "no Flux controllers in any namespace: is it the right --context? a Flux without the usual labels and images is found with --flux-namespace"
	}
}

// controllers finds the Deployments of Flux: by label, else by image, else whatever is called like
// a controller in the namespace that was given.
func (r *reading) controllers(ctx context.Context) []flux.Controller {
	if ns := r.options.FluxNamespace; ns != "" {
		found, err := pages(ctx, r.deployments(ns), metav1.ListOptions{})
		if err != nil {
			r.missed(deployments, r.reason(err))
		}
		return r.withOperator(ctx, decode(found))
	}
	controllers := decode(list(ctx, r, deployments, metav1.ListOptions{LabelSelector: flux.PartOf}, r.deployments))
	if len(flux.Installs(controllers, flux.Evidence{})) == 0 {
		controllers = flux.KnownByImage(decode(list(ctx, r, deployments, metav1.ListOptions{}, r.deployments)))
	}
	return r.withOperator(ctx, controllers)
}

// withOperator adds flux-operator, which its own manifests do not label as a part of Flux.
func (r *reading) withOperator(ctx context.Context, controllers []flux.Controller) []flux.Controller {
	for _, c := range controllers {
		if c.Component == flux.Operator {
			return controllers
		}
	}
	for _, c := range decode(list(ctx, r, deployments, metav1.ListOptions{LabelSelector: "app.kubernetes.io/name=" + flux.Operator}, r.deployments)) {
		if c.Component == flux.Operator {
			controllers = append(controllers, c)
		}
	}
	return controllers
}

func (r *reading) deployments(namespace string) page[appsv1.Deployment] {
	return func(ctx context.Context, o metav1.ListOptions) ([]appsv1.Deployment, string, error) {
		l, err := r.apps.Deployments(namespace).List(ctx, o)
		if err != nil {
			return nil, "", err
		}
		return l.Items, l.Continue, nil
	}
}

func decode(found []appsv1.Deployment) []flux.Controller {
	var controllers []flux.Controller
	for i := range found {
		if c, ok := flux.NewController(&found[i]); ok {
			controllers = append(controllers, c)
		}
	}
	return controllers
}

// versionLabels are the labels of the CustomResourceDefinition that names Flux's version; none when
// it cannot be read, as other labels name the version too.
func (r *reading) versionLabels(ctx context.Context) map[string]string {
	crds := schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	crd, err := r.metadata.Resource(crds).Get(ctx, flux.VersionCRD, metav1.GetOptions{})
	if err != nil {
		return nil
	}
	return crd.Labels
}
