// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"net/http"
	"strings"
	"testing"
)

// Nothing is sent that could change a cluster, whatever asks for it.
func TestHarmless(t *testing.T) {
	for _, test := range []struct {
		method, url, body string
		sent              bool
	}{
		{http.MethodGet, "/api/v1/namespaces", "", true},
		{http.MethodPost, "/apis/authorization.k8s.io/v1/subjectaccessreviews", "{}", true},
		{http.MethodPost, "/apis/authorization.k8s.io/v1/namespaces/apps/localsubjectaccessreviews", "{}", true},
		{http.MethodPost, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", true},
		{http.MethodPost, "/api/v1/namespaces/reviews", "{}", false},
		{http.MethodPost, "/api/v1/namespaces/apps/configmaps?dryRun=All", "{}", false},
		{http.MethodPut, "/api/v1/namespaces/apps/configmaps/web?dryRun=All", "{}", false},
		{http.MethodPatch, "/api/v1/namespaces/apps/configmaps/web?dryRun=All&force=true", "{}", true},
		{http.MethodPatch, "/api/v1/namespaces/apps/configmaps/web?force=true", "{}", false},
		{http.MethodPatch, "/api/v1/namespaces/apps/configmaps/web?dryRun=", "{}", false},
		{http.MethodPatch, "/api/v1/namespaces/apps/configmaps/web?dryRun=All&dryRun=None", "{}", false},
		{http.MethodDelete, "/api/v1/namespaces/apps/configmaps/web?dryRun=All", "", false},
		{http.MethodDelete, "/api/v1/namespaces/apps/configmaps/web?dryRun=All", `{"kind":"DeleteOptions"}`, false},
		{http.MethodDelete, "/api/v1/namespaces/apps/configmaps/web", `{"kind":"DeleteOptions","dryRun":["All"]}`, true},
	} {
		sent := false
		transport := harmless{roundTrip(func(*http.Request) (*http.Response, error) {
			sent = true
			return &http.Response{}, nil
		})}
		request, err := http.NewRequestWithContext(t.Context(), test.method, "https://k"+test.url, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := transport.RoundTrip(request)
		if sent != test.sent || (err == nil) != test.sent {
			t.Errorf("%s %s %s: sent %v, %v", test.method, test.url, test.body, sent, err)
		}
		if response != nil && response.Body != nil {
			_ = response.Body.Close()
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
