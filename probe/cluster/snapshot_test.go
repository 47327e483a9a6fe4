// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

func TestPreferredVersions(t *testing.T) {
	version := func(group, v string) metav1.GroupVersionForDiscovery {
		return metav1.GroupVersionForDiscovery{GroupVersion: schema.GroupVersion{Group: group, Version: v}.String(), Version: v}
	}
	resource := func(name string, verbs ...string) metav1.APIResource {
		return metav1.APIResource{Name: name, Kind: "K", Namespaced: true, Verbs: verbs}
	}
	got := preferred([]*metav1.APIGroup{
		{Name: "", PreferredVersion: version("", "v1"), Versions: []metav1.GroupVersionForDiscovery{version("", "v1")}},
		{Name: "x.io", PreferredVersion: version("x.io", "v1"), Versions: []metav1.GroupVersionForDiscovery{version("x.io", "v1"), version("x.io", "v1beta1")}},
	}, []*metav1.APIResourceList{
		{GroupVersion: "x.io/v1beta1", APIResources: []metav1.APIResource{resource("as", "get"), resource("olds", "get")}},
		{GroupVersion: "x.io/v1", APIResources: []metav1.APIResource{resource("as/status", "patch"), resource("as", "get", "list")}},
		{GroupVersion: "v1", APIResources: []metav1.APIResource{resource("pods", "get"), resource("pods/exec", "create")}},
	})
	var names []string
	for _, r := range got {
		names = append(names, strings.Join([]string{r.Group, r.Version, r.Resource, r.Subresource, strings.Join(r.Verbs, ",")}, " "))
	}
	want := []string{" v1 pods  get", " v1 pods exec create", "x.io v1 as  get,list", "x.io v1 as status patch", "x.io v1beta1 olds  get"}
	if !slices.Equal(names, want) {
		t.Errorf("got  %q\nwant %q", names, want)
	}
}

func TestFailedGroupsAreNamedOnce(t *testing.T) {
	got := (&Cluster{Server: "https://k"}).failedGroups(map[schema.GroupVersion]error{
		{Group: "b.io", Version: "v1"}: discovery.StaleGroupVersionError{},
		{Group: "a.io", Version: "v2"}: errors.New("x"),
		{Group: "a.io", Version: "v1"}: discovery.StaleGroupVersionError{},
	})
	want := []snapshot.FailedGroup{
		{Group: "a.io", Reason: "discovery of a.io/v1 failed: its server does not answer; see kubectl get apiservices"},
		{Group: "b.io", Reason: "discovery of b.io/v1 failed: its server does not answer; see kubectl get apiservices"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// names answers lists with pages of metadata, one a continue token.
func names(served map[string]string, next map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("continue")
		if r.URL.Query().Get("limit") == "" {
			token = "whole"
		}
		content, ok := served[token]
		if !ok {
			w.WriteHeader(http.StatusGone)
			_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old"}`)
			return
		}
		var items []string
		for name := range strings.FieldsSeq(content) {
			items = append(items, `{"metadata":{"name":"`+name+`"}}`)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"continue":%q},"items":[%s]}`, next[token], strings.Join(items, ","))
	}
}

func TestPages(t *testing.T) {
	for name, test := range map[string]struct {
		served, next map[string]string
		want         []string
		err          string
	}{
		"one page":                  {map[string]string{"": "a b"}, nil, []string{"a", "b"}, ""},
		"two pages":                 {map[string]string{"": "a", "2": "b"}, map[string]string{"": "2"}, []string{"a", "b"}, ""},
		"empty":                     {map[string]string{"": ""}, nil, nil, ""},
		"the token expires":         {map[string]string{"": "a", "2": "b", "whole": "a b c"}, map[string]string{"": "2", "2": "late"}, []string{"a", "b", "c"}, ""},
		"the token repeats":         {map[string]string{"": "a", "2": "b"}, map[string]string{"": "2", "2": "2"}, nil, "the list does not end"},
		"new tokens, same objects":  {map[string]string{"": "a", "2": "b", "3": "b"}, map[string]string{"": "2", "2": "3", "3": "4"}, nil, "the list does not end"},
		"an empty page before more": {map[string]string{"": "a", "2": "", "3": "b"}, map[string]string{"": "2", "2": "3"}, nil, "the list does not end"},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, names(test.served, test.next))
			got, err := pages(t.Context(), c.page(namespaces, ""), keepAs(func(m *metav1.PartialObjectMetadata) string { return m.Name }))
			if !slices.Equal(got, test.want) || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %v, %v; want %v, %q", got, err, test.want, test.err)
			}
		})
	}
}

// TestListsMustBeLists reports answers that are no list of the kind asked for as unreadable, never as empty.
func TestListsMustBeLists(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":          `{}`,
		"null":             `null`,
		"a success":        `{"kind":"Status","apiVersion":"v1","status":"Success"}`,
		"another list":     `{"kind":"PodList","apiVersion":"v1","items":[]}`,
		"an item":          `{"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"r"}}`,
		"another version":  `{"kind":"RoleList","apiVersion":"rbac.authorization.k8s.io/v1beta1","items":[]}`,
		"truncated":        `{"kind":"RoleList","apiVersion":"rbac.authorization.k8s.io/v1","items":[`,
		"a web page":       `<html>log in</html>`,
		"an empty body":    ``,
		"a list of a list": `[{"kind":"RoleList"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, typed("application/json", answer))
			for _, k := range []kind{roles, clusterRoles, roleBindings, clusterRoleBindings, namespaces, serviceAccounts, deployments,
				customKind(schema.GroupVersionResource{Group: "kustomize.toolkit.fluxcd.io", Version: "v1", Resource: "kustomizations"}, "Kustomization", true)} {
				got, err := pages(t.Context(), c.page(k, ""), func(o runtime.Object) (runtime.Object, bool) { return o, true })
				if err == nil {
					t.Errorf("%s: got %v and no error", k.resource.Resource, got)
				}
			}
		})
	}
}

func typed(contentType, content string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, content)
	}
}

// TestListFallsBackToNamespaces lists as a caller who can list in one namespace only.
func TestListFallsBackToNamespaces(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/namespaces/apps/serviceaccounts" {
			names(map[string]string{"": "a"}, nil)(w, r)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":"not you"}`)
	})
	for _, test := range []struct {
		namespace, unread string
		items             []string
	}{
		{"apps", `read in apps only: not you`, []string{"a"}},
		{"", `not you`, nil},
	} {
		r := &reading{Cluster: c, options: SnapshotOptions{Namespace: test.namespace}, slots: make(chan struct{}, 1), unread: map[string]string{}, forbidden: map[string]bool{}}
		items := list(t.Context(), r, serviceAccounts, keepAs(func(m *metav1.PartialObjectMetadata) string { return m.Name }))
		if !slices.Equal(items, test.items) || r.unread["serviceaccounts"] != test.unread || !r.forbidden["serviceaccounts"] {
			t.Errorf("namespace %q: got %v, unread %q", test.namespace, items, r.unread["serviceaccounts"])
		}
	}
}

// TestReadsAreRepeated breaks the first answers to every list, to discovery and to the version.
func TestReadsAreRepeated(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{
		"a server error":   text(500, "boom"),
		"no backend":       text(503, "no backend"),
		"throttled":        throttle,
		"a reset":          func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"a body cut short": cutShort,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var broken sync.Map
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if _, again := broken.LoadOrStore(r.URL.Path, true); !again {
					fault(w, r)
					return
				}
				small(w, r)
			})
			s, err := c.Snapshot(t.Context(), SnapshotOptions{})
			if err != nil || len(s.Unread) != 0 || s.Kubernetes != "v1.37.2" || len(s.Objects) != 1 {
				t.Errorf("got %+v, %v; want a whole snapshot", s, err)
			}
		})
	}
}

func throttle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"TooManyRequests","code":429,"message":"no seat"}`)
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"kind":`)
	panic(http.ErrAbortHandler)
}

// small is the API server of a cluster with hardly anything in it.
func small(w http.ResponseWriter, r *http.Request) {
	lists := map[string]string{
		"/api/v1/namespaces":                                     "PartialObjectMetadataList meta.k8s.io/v1",
		"/api/v1/serviceaccounts":                                "PartialObjectMetadataList meta.k8s.io/v1",
		"/apis/apps/v1/deployments":                              "DeploymentList apps/v1",
		"/apis/rbac.authorization.k8s.io/v1/roles":               "RoleList rbac.authorization.k8s.io/v1",
		"/apis/rbac.authorization.k8s.io/v1/clusterroles":        "ClusterRoleList rbac.authorization.k8s.io/v1",
		"/apis/rbac.authorization.k8s.io/v1/rolebindings":        "RoleBindingList rbac.authorization.k8s.io/v1",
		"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings": "ClusterRoleBindingList rbac.authorization.k8s.io/v1",
		"/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations":    "KustomizationList kustomize.toolkit.fluxcd.io/v1",
	}
	others := map[string]string{
		"/version": `{"gitVersion":"v1.37.2"}`,
		"/api":     `{"kind":"APIVersions","versions":["v1"]}`,
		"/api/v1":  `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"namespaces","kind":"Namespace","verbs":["list"]}]}`,
		"/apis": `{"kind":"APIGroupList","groups":[
			{"name":"authorization.k8s.io","versions":[{"groupVersion":"authorization.k8s.io/v1","version":"v1"}],"preferredVersion":{"groupVersion":"authorization.k8s.io/v1","version":"v1"}},
			{"name":"kustomize.toolkit.fluxcd.io","versions":[{"groupVersion":"kustomize.toolkit.fluxcd.io/v1","version":"v1"}],"preferredVersion":{"groupVersion":"kustomize.toolkit.fluxcd.io/v1","version":"v1"}}]}`,
		"/apis/authorization.k8s.io/v1":        `{"kind":"APIResourceList","groupVersion":"authorization.k8s.io/v1","resources":[{"name":"subjectaccessreviews","kind":"SubjectAccessReview","verbs":["create"]}]}`,
		"/apis/kustomize.toolkit.fluxcd.io/v1": `{"kind":"APIResourceList","groupVersion":"kustomize.toolkit.fluxcd.io/v1","resources":[{"name":"kustomizations","kind":"Kustomization","namespaced":true,"verbs":["list"]}]}`,
	}
	w.Header().Set("Content-Type", "application/json")
	if list, ok := lists[r.URL.Path]; ok {
		kind, version, _ := strings.Cut(list, " ")
		items := ""
		if kind == "KustomizationList" {
			items = `{"kind":"Kustomization","apiVersion":"kustomize.toolkit.fluxcd.io/v1","metadata":{"name":"apps","namespace":"apps"}}`
		}
		_, _ = fmt.Fprintf(w, `{"kind":%q,"apiVersion":%q,"items":[%s]}`, kind, version, items)
		return
	}
	if other, ok := others[r.URL.Path]; ok {
		_, _ = io.WriteString(w, other)
		return
	}
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"not found"}`)
}

// TestSnapshotOfAServerThatFails wants an error, never an empty or partial cluster.
func TestSnapshotOfAServerThatFails(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{
		"failing": text(500, "boom"), "no Kubernetes": text(200, "{}"), "gone": text(404, "not here"),
	} {
		for _, path := range []string{"", "/version", "/api", "/apis"} {
			t.Run(name+" "+path, func(t *testing.T) {
				c := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if path == "" || r.URL.Path == path {
						fault(w, r)
						return
					}
					small(w, r)
				})
				c.reads.limit = 300 * time.Millisecond
				if s, err := c.Snapshot(t.Context(), SnapshotOptions{}); err == nil || s != nil {
					t.Errorf("got %v, %v; want an error", s, err)
				}
			})
		}
	}
}

// TestBrokenListsAreNotForbidden fails one list at a time: it is named, costs nothing else, and is no 403.
func TestBrokenListsAreNotForbidden(t *testing.T) {
	for _, path := range []string{"/api/v1/namespaces", "/apis/rbac.authorization.k8s.io/v1/roles", "/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations"} {
		for fault, handler := range map[string]http.HandlerFunc{"500": text(500, "boom"), "{}": typed("application/json", "{}")} {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == path {
					handler(w, r)
					return
				}
				small(w, r)
			})
			c.reads.limit = 300 * time.Millisecond
			s, err := c.Snapshot(t.Context(), SnapshotOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Unread) != 1 || len(s.Forbidden) != 0 {
				t.Errorf("%s answers %s: unread %v, forbidden %v", path, fault, s.Unread, s.Forbidden)
			}
		}
	}
}
