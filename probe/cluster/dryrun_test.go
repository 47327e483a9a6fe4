// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// TestDryRunRequests reads what is sent, and what becomes of answers that a server gives or that something between makes.
func TestDryRunRequests(t *testing.T) {
	var got []string
	answers := []func(http.ResponseWriter){
		func(w http.ResponseWriter) {
			w.Header().Add("Warning", `299 - "would violate\n PodSecurity"`)
			_, _ = io.WriteString(w, `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1"}`)
		},
		func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","code":500,"message":"failed calling webhook \"x\": no"}`)
		},
		func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<html>no</html>")
		},
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = append(got, strings.Join([]string{r.Method, r.URL.String(), r.Header.Get("Content-Type"), r.Header.Get("Impersonate-User"), r.Header.Get("Accept"), string(body)}, " "))
		w.Header().Set("Content-Type", "application/json")
		answers[len(got)-1](w)
	})
	d := &admission.DryRun{
		CheckMeta: matrix.CheckMeta{Subject: matrix.Share(matrix.ServiceAccount("apps", "dev"))}, Verb: admission.Apply,
		Resource:  snapshot.Resource{Group: "apps", Version: "v1", Resource: "deployments", Kind: "Deployment", Namespaced: true},
		Namespace: "apps", Name: "web", Manager: "kustomize-controller", Object: map[string]any{"kind": "Deployment"},
	}
	if a := c.DryRun(t.Context(), d); a.Code != http.StatusOK || len(a.Warnings) != 1 || strings.Contains(a.Warnings[0], "\n") {
		t.Errorf("accepted: %+v", a)
	}
	d.Verb, d.UID, d.Namespace, d.Resource = admission.Delete, "1", "", snapshot.Resource{Version: "v1", Resource: "namespaces", Kind: "Namespace"}
	if a := c.DryRun(t.Context(), d); a.Code != http.StatusInternalServerError || a.Message != `failed calling webhook "x": no` || a.Err != nil {
		t.Errorf("a webhook that is down: %+v", a)
	}
	if a := c.DryRun(t.Context(), d); a.Err == nil || a.Code != 0 {
		t.Errorf("what is no API server: %+v", a)
	}
	const metadata = " application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1 "
	deletion := "DELETE /api/v1/namespaces/web?timeout=30s application/json system:serviceaccount:apps:dev" + metadata +
		`{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"1"},"propagationPolicy":"Background","dryRun":["All"]}`
	want := []string{
		"PATCH /apis/apps/v1/namespaces/apps/deployments/web?dryRun=All&fieldManager=kustomize-controller&force=true&timeout=30s application/apply-patch+yaml system:serviceaccount:apps:dev" +
			metadata + `{"kind":"Deployment"}`,
		deletion, deletion,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is sent (-want +got):\n%s", diff)
	}
}

// The versions of groups that another server serves are told from those of the API server itself.
func TestAggregated(t *testing.T) {
	service := func(group, version string, service any) any {
		return map[string]any{"spec": map[string]any{"group": group, "version": version, "service": service}}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		err := json.NewEncoder(w).Encode(map[string]any{"items": []any{
			service("metrics.k8s.io", "v1beta1", map[string]any{"name": "metrics-server", "namespace": "kube-system"}), service("apps", "v1", nil), service("example.com", "v1", nil),
		}})
		if err != nil {
			t.Error(err)
		}
	})
	got, err := c.Aggregated(t.Context())
	if diff := cmp.Diff(map[schema.GroupVersion]bool{{Group: "metrics.k8s.io", Version: "v1beta1"}: true}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
