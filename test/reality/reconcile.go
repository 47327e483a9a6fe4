// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"context"
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// patience is how long a reconciliation can take.
const patience = 45 * time.Second

// inProgress is the message of a reconciliation that does not end in time.
const inProgress = "still in progress"

// kustomization is the Kustomization of s as it is applied.
func (s *scenario) kustomization() *unstructured.Unstructured {
	sourceRef := map[string]any{"kind": "GitRepository", "name": "repo"}
	if s.source != s.namespace {
		sourceRef["namespace"] = s.source
	}
	spec := map[string]any{
		"interval": "1h", "retryInterval": "1h", "timeout": "10s", "prune": s.prune, "force": s.force, "wait": s.wait,
		"path": "./", "serviceAccountName": "dev", "sourceRef": sourceRef,
	}
	if s.target != s.namespace {
		spec["targetNamespace"] = s.target
	}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
		"metadata": map[string]any{"namespace": s.namespace, "name": "app"}, "spec": spec,
	}}
}

// reconcile asks the controller to reconcile s now, and returns whether it became ready, and the message
// of its condition.
func (s *scenario) reconcile(t *testing.T, c *cluster.Cluster) (ready bool, message string) {
	t.Helper()
	k := s.kustomization()
	token := fmt.Sprint(time.Now().UnixNano())
	k.SetAnnotations(map[string]string{"reconcile.fluxcd.io/requestedAt": token})
	if err := c.Apply(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	var status string
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, patience, true, func(ctx context.Context) (bool, error) {
		if err := c.Client.Get(ctx, client.ObjectKeyFromObject(k), k); err != nil {
			return false, err
		}
		if handled, _, _ := unstructured.NestedString(k.Object, "status", "lastHandledReconcileAt"); handled != token {
			return false, nil
		}
		status, message = condition(k, "Ready")
		return status == "True" || status == "False", nil
	})
	status, message = condition(k, "Ready")
	if err != nil && s.wait && status == "Unknown" {
		return false, inProgress // without the right to read an object the controller waits for its health
	}
	if err != nil {
		t.Fatalf("it was not reconciled: %v; its condition is %s: %s\n%s", err, status, message, s)
	}
	return status == "True", message
}

// condition returns status and message of a condition.
func condition(o *unstructured.Unstructured, kind string) (status, message string) {
	list, _, _ := unstructured.NestedSlice(o.Object, "status", "conditions")
	for _, item := range list {
		c, _ := item.(map[string]any)
		if c["type"] == kind {
			status, _ = c["status"].(string)
			message, _ = c["message"].(string)
		}
	}
	return status, message
}
