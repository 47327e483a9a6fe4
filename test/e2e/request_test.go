// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// requester performs requests as service accounts, each with a token of its own.
type requester struct {
	host    string
	clients map[matrix.Subject]*http.Client
}

func newRequester(t *testing.T, c *cluster.Cluster, accounts []matrix.Subject) *requester {
	r := &requester{host: c.Config.Host, clients: map[matrix.Subject]*http.Client{}}
	for _, account := range accounts {
		token := &authenticationv1.TokenRequest{}
		sa := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: account.Namespace, Name: account.Name}}
		if err := c.Client.SubResource("token").Create(t.Context(), sa, token); err != nil {
			t.Fatal(err)
		}
		config := rest.AnonymousClientConfig(c.Config)
		config.BearerToken = token.Status.Token
		client, err := rest.HTTPClientFor(config)
		if err != nil {
			t.Fatal(err)
		}
		r.clients[account] = client
	}
	return r
}

// methods are the HTTP methods of the API's verbs.
var methods = map[string]string{
	"get": http.MethodGet, "list": http.MethodGet, "watch": http.MethodGet, "create": http.MethodPost, "update": http.MethodPut,
	"patch": http.MethodPatch, "delete": http.MethodDelete, "deletecollection": http.MethodDelete,
}

// perform makes the request that the review is about, as its account, and says whether the server
// authorized it. Writes are dry runs; that the body is no good or the object absent comes after
// authorization.
func (w *world) perform(t *testing.T, review matrix.Review) (authorized bool, said string) {
	a := review.Access
	version := "v1"
	path := "/api/" + version
	if a.Group != "" {
		path = "/apis/" + a.Group + "/" + version
	}
	if a.Namespace != "" && a.Resource != "namespaces" {
		path += "/namespaces/" + a.Namespace
	}
	path += "/" + a.Resource
	if a.Name != "" {
		path += "/" + a.Name
	}
	if a.Subresource != "" {
		path += "/" + a.Subresource
	}
	query := url.Values{}
	if a.Verb == "watch" {
		query.Set("watch", "1")
		query.Set("timeoutSeconds", "1")
	}
	var body io.Reader
	if methods[a.Verb] != http.MethodGet {
		query.Set("dryRun", "All")
		body = bytes.NewReader([]byte(`{}`))
	}
	request, err := http.NewRequestWithContext(t.Context(), methods[a.Verb], w.requests.host+path+"?"+query.Encode(), body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if a.Verb == "patch" {
		request.Header.Set("Content-Type", "application/merge-patch+json")
	}
	response, err := w.requests.clients[review.Subject.Get()].Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if a.Verb == "watch" && response.StatusCode == http.StatusOK {
		return true, response.Status // the stream itself is of no interest
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	refused := response.StatusCode == http.StatusForbidden && strings.Contains(string(content), fmt.Sprintf("cannot %s resource", a.Verb))
	return !refused, response.Status
}
