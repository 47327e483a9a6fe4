// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/flux-probe/flux-probe/test/cluster"
)

// source stands in for source-controller: it serves artifacts on loopback and writes the status of the
// GitRepository that refers to them.
type source struct {
	cluster *cluster.Cluster
	server  *httptest.Server

	lock      sync.Mutex
	artifacts map[string][]byte
}

func newSource(t *testing.T, c *cluster.Cluster) *source {
	s := &source{cluster: c, artifacts: map[string][]byte{}}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.lock.Lock()
		content, ok := s.artifacts[r.URL.Path]
		s.lock.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(content) // the controller checks the digest
	}))
	t.Cleanup(s.server.Close)
	return s
}

// publish makes manifests the current revision of a GitRepository, and returns the revision.
func (s *source) publish(t *testing.T, namespace, name, manifests string) string {
	t.Helper()
	content := archive(t, manifests)
	sum := fmt.Sprintf("%x", sha256.Sum256(content))
	path := fmt.Sprintf("/%s/%s/%s.tar.gz", namespace, name, sum)
	s.lock.Lock()
	s.artifacts[path] = content
	s.lock.Unlock()
	revision := "main@sha1:" + sum[:40]
	repository := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository",
		"metadata": map[string]any{"namespace": namespace, "name": name},
		"spec":     map[string]any{"interval": "1h", "url": "https://git.invalid/" + name},
	}}
	if err := s.cluster.Apply(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	now := metav1.NewTime(time.Now()).UTC().Format(time.RFC3339)
	repository.Object["status"] = map[string]any{
		"observedGeneration": int64(1),
		"artifact": map[string]any{
			"url": s.server.URL + path, "path": path[1:], "revision": revision, "digest": "sha256:" + sum,
			"lastUpdateTime": now, "size": int64(len(content)),
		},
		"conditions": []any{map[string]any{
			"type": "Ready", "status": "True", "reason": "Succeeded", "message": "stored artifact", "lastTransitionTime": now,
			"observedGeneration": int64(1),
		}},
	}
	if err := s.cluster.ApplyStatus(t.Context(), repository); err != nil {
		t.Fatal(err)
	}
	return revision
}

// archive is a tar.gz with the manifests in one file.
func archive(t *testing.T, manifests string) []byte {
	t.Helper()
	var b bytes.Buffer
	compressed := gzip.NewWriter(&b)
	files := tar.NewWriter(compressed)
	err := files.WriteHeader(&tar.Header{Name: "objects.yaml", Mode: 0o644, Size: int64(len(manifests)), Typeflag: tar.TypeReg})
	if err == nil {
		_, err = files.Write([]byte(manifests))
	}
	if err == nil {
		err = files.Close()
	}
	if err == nil {
		err = compressed.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
