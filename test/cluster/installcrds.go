// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// installCRDs makes the server serve the kinds of a release, and no others of Flux. The schemas are
// always those of 2.9; permissions know no versions or schemas. A CRD that is there only gets its labels
// anew: writing 15 schemas takes a second.
func (c *Cluster) installCRDs(ctx context.Context, r *release, labels map[string]string) error {
	crds, err := fluxCRDs(ctx)
	if err != nil {
		return err
	}
	var fresh []*apiextensionsv1.CustomResourceDefinition
	for _, crd := range crds {
		component := componentOf(crd)
		if !ships(r, crd) {
			if err := client.IgnoreNotFound(c.Client.Delete(ctx, crd)); err != nil {
				return err
			}
			continue
		}
		crd.Labels = maps.Clone(labels)
		crd.Labels["app.kubernetes.io/component"] = component
		err := c.Client.Create(ctx, crd.DeepCopy())
		if err == nil {
			fresh = append(fresh, crd)
			continue
		}
		if !apierrors.IsAlreadyExists(err) {
			return err
		}
		there := &apiextensionsv1.CustomResourceDefinition{ObjectMeta: metav1.ObjectMeta{Name: crd.Name}}
		if err := c.Client.Get(ctx, client.ObjectKeyFromObject(there), there); err != nil {
			return err
		}
		before := there.DeepCopy()
		there.Labels = crd.Labels
		if err := c.Client.Patch(ctx, there, client.MergeFrom(before)); err != nil {
			return err
		}
	}
	err = envtest.WaitForCRDs(c.Config, fresh, envtest.CRDInstallOptions{MaxTime: 30 * time.Second, PollInterval: 50 * time.Millisecond})
	if err != nil {
		return err
	}
	return c.warm(ctx, fresh)
}

// warm lists every fresh kind once, all at the same time. For seconds after a CRD is established its
// kind answers that storage is initializing, which clients wait out one kind after the other.
func (c *Cluster) warm(ctx context.Context, crds []*apiextensionsv1.CustomResourceDefinition) error {
	var wg sync.WaitGroup
	errs := make([]error, len(crds))
	for i, crd := range crds {
		wg.Go(func() {
			list := new(metav1.PartialObjectMetadataList)
			list.SetGroupVersionKind(schema.GroupVersionKind{
				Group: crd.Spec.Group, Version: crd.Spec.Versions[0].Name, Kind: crd.Spec.Names.Kind + "List",
			})
			errs[i] = c.Client.List(ctx, list)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// ships tells whether a release has a kind: ExternalArtifact is shipped with source-controller since
// 2.7, the release that brought source-watcher.
func ships(r *release, crd *apiextensionsv1.CustomResourceDefinition) bool {
	_, watcher := r.components["source-watcher"]
	if crd.Spec.Names.Plural == "externalartifacts" {
		return watcher
	}
	_, found := r.components[componentOf(crd)]
	return found
}
