// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// harmless is a transport that sends nothing that could change the cluster: it reads, creates access reviews, and lets
// dry-runs through. It is the last of the doors, and stays closed even when something else is wrong.
type harmless struct{ http.RoundTripper }

// RoundTrip sends the request, unless it could change something.
func (t harmless) RoundTrip(request *http.Request) (*http.Response, error) {
	if !changesNothing(request) {
		return nil, errors.New("not sent, because it could change the cluster: " + request.Method + " " + request.URL.Path)
	}
	return t.RoundTripper.RoundTrip(request)
}

// WrappedRoundTripper is the transport below, for client-go to look into.
func (t harmless) WrappedRoundTripper() http.RoundTripper { return t.RoundTripper }

func changesNothing(request *http.Request) bool {
	switch request.Method {
	case http.MethodGet, http.MethodHead:
		return true
	case http.MethodPost:
		return strings.HasSuffix(request.URL.Path, "reviews") &&
			(strings.Contains(request.URL.Path, "/apis/authorization.k8s.io/") || strings.Contains(request.URL.Path, "/apis/authentication.k8s.io/"))
	case http.MethodPatch:
		all := request.URL.Query()["dryRun"]
		return len(all) == 1 && all[0] == metav1.DryRunAll
	case http.MethodDelete:
		return deletesNothing(request)
	default:
		return false
	}
}

// deletesNothing reads the options of a deletion, which count instead of those in the query.
func deletesNothing(request *http.Request) bool {
	if request.GetBody == nil {
		return false
	}
	body, err := request.GetBody()
	if err != nil {
		return false
	}
	defer func() { _ = body.Close() }()
	var options struct{ DryRun []string }
	return json.NewDecoder(body).Decode(&options) == nil && len(options.DryRun) == 1 && options.DryRun[0] == metav1.DryRunAll
}
