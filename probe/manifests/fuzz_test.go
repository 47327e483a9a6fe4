// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// FuzzRead wants a snapshot of the manifests, the same if they are given twice, or an error with its place that
// prints as one line without a control character.
func FuzzRead(f *testing.F) {
	f.Add(fleet)
	f.Add("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ServiceAccount, metadata: {name: a, namespace: b, labels: {c: d}}}\n")
	f.Add("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\naggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: a, operator: In}]}]}\n" +
		"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: a}\nsubjects: [{kind: User, name: \"a\\e[2J\"}]\n")
	f.Add("apiVersion: kustomize.toolkit.fluxcd.io/v1\r\nkind: Kustomization\r\nmetadata: {name: a, labels: {b: 7}}\r\nspec: 1e999\r\n")
	f.Add("--- {apiVersion: v1, kind: Namespace, metadata: {name: \"\\e\"}}\n...\n%YAML 1.1\n---\nkind: \"\\u009b\"\n")
	f.Add(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"a":"Yg=="}}`)
	f.Add("apiVersion: v1\nkind: \"\\e[2J\"\nmetadata: [\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, gaps, err := snapshotOf(text)
		if err != nil {
			testError(t, err, text)
			return
		}
		for _, gap := range gaps {
			if gap.What == "" || gap.Why == "" {
				t.Errorf("a gap without a reason: %+v", gap)
			}
		}
		if blank([]byte(text)) || strings.HasPrefix(text, "\ufeff") {
			return
		}
		again, _, err := snapshotOf(text + "\n---\n" + text)
		if err != nil {
			t.Fatalf("given twice: %v", err)
		}
		if diff := cmp.Diff(s.Roles, again.Roles); diff != "" {
			t.Errorf("given twice, the roles differ:\n%s", diff)
		}
		if diff := cmp.Diff(s.Objects, again.Objects); diff != "" {
			t.Errorf("given twice, the objects differ:\n%s", diff)
		}
		for _, list := range [][2]any{{s.Namespaces, again.Namespaces}, {s.ServiceAccounts, again.ServiceAccounts}, {s.Bindings, again.Bindings}, {s.Resources, again.Resources}} {
			if diff := cmp.Diff(list[0], list[1]); diff != "" {
				t.Errorf("given twice, a list differs:\n%s", diff)
			}
		}
	})
}

func snapshotOf(text string) (*snapshot.Snapshot, []matrix.Gap, error) {
	m, err := Read(strings.NewReader(text), "-")
	if err != nil {
		return nil, nil, err
	}
	return m.Snapshot(Options{})
}

func testError(t *testing.T, err error, text string) {
	t.Helper()
	mistake := (*Error)(nil)
	if !errors.As(err, &mistake) {
		t.Fatalf("%v is not an *Error", err)
	}
	if strings.ContainsFunc(err.Error(), unicode.IsControl) {
		t.Errorf("%q has a control character", err.Error())
	}
	last := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} { // of a line in YAML 1.1
		last += strings.Count(text, end)
	}
	if mistake.Document < 1 || mistake.Line < 1 || mistake.Line > last {
		t.Errorf("%v is not in one of %d lines", err, last)
	}
}
