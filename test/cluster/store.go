// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// Store writes an object into etcd, below /registry, as an API server of an earlier version may have done: nothing
// validates it.
func (c *Cluster) Store(ctx context.Context, key string, o *unstructured.Unstructured) error {
	o = o.DeepCopy()
	o.SetUID(types.UID(uuid.NewUUID()))
	value, err := json.Marshal(o)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string][]byte{"key": []byte("/registry/" + key), "value": value})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.env.ControlPlane.Etcd.URL.String()+"/v3/kv/put", bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		text, err := io.ReadAll(response.Body)
		return fmt.Errorf("etcd answers %s: %s (%w)", response.Status, text, err)
	}
	return nil
}
