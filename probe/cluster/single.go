// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// ConfigMap reads the values of a ConfigMap; false if there is none of that name.
func (c *Cluster) ConfigMap(ctx context.Context, namespace, name string) (values map[string]string, found bool, err error) {
	var read corev1.ConfigMap
	err = c.reads.do(ctx, func(ctx context.Context) error {
		ctx, response := recordResponse(ctx)
		raw, err := c.rest.Get().AbsPath("/api/v1/namespaces", namespace, "configmaps", name).MaxRetries(0).Do(ctx).Raw()
		if err != nil {
			return response.withDelay(err)
		}
		return json.Unmarshal(raw, &read)
	})
	if apierrors.IsNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, errors.New(safetext.Printable(explain(c.Server, err).Error()))
	}
	return read.Data, true, nil
}

// Named names an object of a resource.
type Named struct {
	Resource        snapshot.Resource
	Namespace, Name string
}

// Metadata is what a Cluster has of an object besides its content.
type Metadata struct {
	Exists              bool
	UID                 string
	Labels, Annotations map[string]string
}

// maxReads is how many single objects are read at a time.
const maxReads = 32

// Metadata reads the labels, annotations and uids of objects, in the order in which they are named, and nothing else of them.
// It is nil for what cannot be read, and for Secrets, of which nothing is read.
func (c *Cluster) Metadata(ctx context.Context, objects []Named) []*Metadata {
	found := make([]*Metadata, len(objects))
	var reading sync.WaitGroup
	slots := make(chan struct{}, maxReads)
	for i, o := range objects {
		if o.Resource.Group == "" && o.Resource.Resource == "secrets" {
			continue
		}
		slots <- struct{}{}
		reading.Go(func() {
			defer func() { <-slots }()
			gvr := schema.GroupVersionResource{Group: o.Resource.Group, Version: o.Resource.Version, Resource: o.Resource.Resource}
			read, err := c.metadata.Resource(gvr).Namespace(o.Namespace).Get(ctx, o.Name, metav1.GetOptions{})
			switch {
			case err == nil:
				found[i] = &Metadata{true, string(read.UID), read.Labels, read.Annotations}
			case apierrors.IsNotFound(err):
				found[i] = &Metadata{}
			}
		})
	}
	reading.Wait()
	return found
}
