// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"

	"github.com/flux-probe/flux-probe/matrix/flux"
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
	want := []flux.FailedGroup{
		{Group: "a.io", Reason: "discovery of a.io/v1 failed: its server does not answer; see kubectl get apiservices"},
		{Group: "b.io", Reason: "discovery of b.io/v1 failed: its server does not answer; see kubectl get apiservices"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPagesBeginAnewWhenTheTokenHasExpired(t *testing.T) {
	expired := false
	items, err := pages(t.Context(), func(_ context.Context, o metav1.ListOptions) ([]string, string, error) {
		switch {
		case o.Limit == 0:
			return []string{"a", "b", "c"}, "", nil
		case o.Continue == "":
			return []string{"a"}, "next", nil
		case o.Continue == "next":
			return []string{"b"}, "late", nil
		default:
			expired = true
			return nil, "", apierrors.NewResourceExpired("too old")
		}
	}, metav1.ListOptions{})
	if err != nil || !expired || !slices.Equal(items, []string{"a", "b", "c"}) {
		t.Errorf("got %v, %v", items, err)
	}
}

// TestListFallsBackToNamespaces lists as a caller who may list in one namespace only.
func TestListFallsBackToNamespaces(t *testing.T) {
	refused := apierrors.NewForbidden(schema.GroupResource{Resource: "things"}, "", errors.New("not you"))
	in := func(namespace string) page[string] {
		return func(context.Context, metav1.ListOptions) ([]string, string, error) {
			if namespace == "apps" {
				return []string{"apps/a"}, "", nil
			}
			return nil, "", refused
		}
	}
	for _, test := range []struct {
		namespace, unread string
		items             []string
	}{
		{"apps", `read in apps only: things is forbidden: not you`, []string{"apps/a"}},
		{"", `things is forbidden: not you`, nil},
	} {
		r := &reading{Cluster: &Cluster{}, options: SnapshotOptions{Namespace: test.namespace}, slots: make(chan struct{}, 1), unread: map[string]string{}}
		items := list(t.Context(), r, "things", metav1.ListOptions{}, in)
		if !slices.Equal(items, test.items) || r.unread["things"] != test.unread {
			t.Errorf("namespace %q: got %v, unread %q", test.namespace, items, r.unread["things"])
		}
	}
}

// TestSnapshotOfAServerThatFails wants an error, never an empty cluster.
func TestSnapshotOfAServerThatFails(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"failing": text(500, "boom"), "no Kubernetes": text(200, "{}"), "gone": text(404, "not here"),
	} {
		if s, err := serve(t, handler).Snapshot(t.Context(), SnapshotOptions{}); err == nil || s != nil {
			t.Errorf("%s: got %v, %v; want an error", name, s, err)
		}
	}
}

func TestNoFluxErrorNamesTheNextStep(t *testing.T) {
	for want, err := range map[string]*NoFluxError{
		"--flux-namespace":             {},
		"namespace apps":               {Namespace: "apps"},
		"things is forbidden; ask for": {Unread: "things is forbidden"},
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want %q in it", err.Error(), want)
		}
	}
}
