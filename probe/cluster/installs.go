// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
)

// DefaultFluxNamespace is the namespace of flux install and flux bootstrap when no other is chosen.
const DefaultFluxNamespace = "flux-system"

// controllers reads the Deployments that can be controllers of Flux. All Deployments are looked at, and only
// the candidates kept: an install can lack the labels, also beside one that has them.
func (r *reading) controllers(ctx context.Context) []appsv1.Deployment {
	return list(ctx, r, deployments, func(o runtime.Object) (appsv1.Deployment, bool) {
		d, ok := o.(*appsv1.Deployment)
		if !ok {
			return appsv1.Deployment{}, false
		}
		if _, ok := detect.NewController(d); !ok {
			return appsv1.Deployment{}, false
		}
		d.ManagedFields = nil
		return *d, true
	})
}

// versionDefinitions is the resource of which one object is read for the version of Flux.
var versionDefinitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

// versionLabels are the labels of the CustomResourceDefinition that names Flux's version; none when it does
// not exist or cannot be read by the caller, as other labels name the version too.
func (r *reading) versionLabels(ctx context.Context) map[string]string {
	crd, err := r.get(ctx, versionDefinitions, detect.VersionDefinition)
	switch {
	case err == nil:
		return crd.Labels
	case !apierrors.IsNotFound(err) && !apierrors.IsForbidden(err):
		r.missed(versionDefinitions.GroupResource().String(), err, r.reason(err))
	}
	return nil
}
