// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// owner is the field manager of all that the tests apply.
const owner = client.FieldOwner("flux-probe-test")

// Apply applies objects by server-side apply as the admin; an object that is there is changed to what
// is given, whoever wrote it before.
func (c *Cluster) Apply(ctx context.Context, objects ...*unstructured.Unstructured) error {
	for _, object := range objects {
		// Apply writes the answer into its argument; the caller's object stays as it is.
		config := client.ApplyConfigurationFromUnstructured(object.DeepCopy())
		if err := c.Client.Apply(ctx, config, owner, client.ForceOwnership); err != nil {
			return fmt.Errorf("applying %s %s: %w", object.GetKind(), client.ObjectKeyFromObject(object), err)
		}
	}
	return nil
}

// ApplyStatus merges the status of objects that exist into theirs, as a controller would.
func (c *Cluster) ApplyStatus(ctx context.Context, objects ...*unstructured.Unstructured) error {
	for _, object := range objects {
		if err := c.Client.Status().Patch(ctx, object.DeepCopy(), client.Merge); err != nil {
			return fmt.Errorf("setting the status of %s %s: %w", object.GetKind(), client.ObjectKeyFromObject(object), err)
		}
	}
	return nil
}
