// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

var snapshotOptions = probecluster.SnapshotOptions{}

// methods are those of the requests that are made; to watch, to connect to what does not run and what only authorizers
// know is reviewed instead.
var methods = map[string]string{
	"get": http.MethodGet, "list": http.MethodGet, "create": http.MethodPost, "update": http.MethodPut, "patch": http.MethodPatch,
	"delete": http.MethodDelete, "deletecollection": http.MethodDelete,
}

var connects = []string{"exec", "attach", "portforward", "proxy", "log"}

// able returns the questions whose answer is yes.
func (l *lab) able(questions map[matrix.Review]bool) []matrix.Review {
	read, err := l.connection.Snapshot(l.Context(), snapshotOptions)
	if err != nil {
		l.Fatal(err)
	}
	client, err := rest.HTTPClientFor(l.Config)
	if err != nil {
		l.Fatal(err)
	}
	var (
		lock      sync.Mutex
		able, all []matrix.Review
		requests  int
	)
	for q := range questions {
		all = append(all, q)
	}
	l.parallel(len(all), func(i int) {
		a := all[i].Access
		resource, served := read.Resource(a.Group, a.Resource, a.Subresource)
		real := served && methods[a.Verb] != "" && !slices.Contains(connects, a.Subresource)
		var yes bool
		if real {
			yes = l.request(client, resource, all[i])
		} else {
			yes = l.allowed(all[i])
		}
		lock.Lock()
		defer lock.Unlock()
		if real {
			requests++
		}
		if yes {
			able = append(able, all[i])
		}
	})
	l.Logf("%d requests, %d reviews", requests, len(all)-requests)
	return able
}

// request makes the request of an account, which for writes is a dry run, and reports whether the server authorized it:
// that the body is no good or the object is absent comes later.
func (l *lab) request(client *http.Client, resource snapshot.Resource, r matrix.Review) bool {
	a := r.Access
	path := "/api/" + resource.Version
	if a.Group != "" {
		path = "/apis/" + a.Group + "/" + resource.Version
	}
	if resource.Namespaced {
		path += "/namespaces/" + a.Namespace
	}
	path += "/" + a.Resource
	for _, part := range []string{a.Name, a.Subresource} {
		if part != "" {
			path += "/" + part
		}
	}
	var body io.Reader
	if methods[a.Verb] != http.MethodGet {
		path += "?dryRun=All"
		body = bytes.NewReader([]byte(`{}`))
	}
	request, err := http.NewRequestWithContext(l.Context(), methods[a.Verb], l.Config.Host+path, body)
	if err != nil {
		l.Error(err)
		return false
	}
	request.Header.Set("Impersonate-User", r.Subject.Get().User())
	request.Header.Set("Content-Type", map[bool]string{true: "application/merge-patch+json", false: "application/json"}[a.Verb == "patch"])
	response, err := client.Do(request)
	if err != nil {
		l.Error(err)
		return false
	}
	defer func() { _ = response.Body.Close() }()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		l.Error(err)
	}
	return response.StatusCode != http.StatusForbidden || !strings.Contains(string(said), fmt.Sprintf("cannot %s resource", a.Verb))
}
