// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// questions is how many random questions are asked of the server and of the manifests.
const questions = 10_000

// testAnswers applies random roles and bindings to the cluster, and wants of the same YAML every
// answer that the server gives. Then it has some of what was refused granted by the smallest rules
// for it, and wants all of that allowed and nothing else.
func testAnswers(t *testing.T, c *cluster.Cluster) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	reviewer := &probecluster.Retry{Reviewer: connection.Reviewer()}
	text := world(random)
	apply(t, c, reviewer, text)
	server := ask(t, reviewer, random)
	index := indexOf(t, text)

	allowed := 0
	var missing []matrix.Review
	for review, status := range server {
		got, err := rbac.Reviewer{Index: index}.Review(t.Context(), probe.Spec(review))
		if err != nil {
			t.Fatal(err)
		}
		if got.Allowed != status.Allowed || index.Difference(review, status) != "" {
			t.Errorf("%+v: the manifests say %+v, the server %+v", review, got, status)
		}
		switch {
		case status.Allowed:
			allowed++
		case len(missing) < 100 && review.Access.Verb != "*" && review.Access.Resource != "*" && review.Access.Group != "*":
			missing = append(missing, review)
		}
	}
	t.Logf("%d different questions, %d of them allowed", len(server), allowed)
	if allowed < len(server)/100 {
		t.Errorf("%d of %d allowed: the test proves little", allowed, len(server))
	}
	granted := grant(t, missing)
	apply(t, c, reviewer, granted)
	after, only := indexOf(t, slices.Concat(text, granted)), indexOf(t, granted)
	for _, review := range missing {
		if status, err := reviewer.Review(t.Context(), probe.Spec(review)); err != nil || !status.Allowed || !after.Allowed(review) {
			t.Errorf("%+v is still refused: %v", review, err)
		}
	}
	for review, status := range server {
		if !status.Allowed && after.Allowed(review) && !only.Allowed(review) {
			t.Errorf("%+v is allowed, and not by what was granted", review)
		}
	}
}

// grant is the YAML that grants what is missing.
func grant(t *testing.T, missing []matrix.Review) []byte {
	var granted []byte
	for _, need := range rbac.MinimalRoles(missing) {
		documents, err := need.YAML("granted")
		if err != nil {
			t.Fatal(err)
		}
		granted = append(granted, documents...)
	}
	return granted
}

// world is YAML of random roles and bindings in three namespaces.
func world(random *rand.Rand) []byte {
	var text []byte
	add := func(kind, namespace, name string, fields map[string]any) {
		object := map[string]any{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": name}}
		if kind != "Namespace" {
			object["apiVersion"] = "rbac.authorization.k8s.io/v1"
		}
		if namespace != "" {
			object["metadata"].(map[string]any)["namespace"] = namespace
		}
		for name, value := range fields {
			object[name] = value
		}
		document, _ := yaml.Marshal(object) // maps of strings, which always marshal
		text = append(append(text, "---\n"...), document...)
	}
	bind := func(kind, namespace string, i int) {
		ref := map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": fmt.Sprintf("role-%d", random.IntN(10))}
		if namespace != "" && random.IntN(2) == 0 {
			ref["kind"] = "Role"
		}
		add(kind, namespace, fmt.Sprintf("binding-%d", i), map[string]any{"roleRef": ref, "subjects": subjects(random, namespace)})
	}
	for i := range 9 {
		add("ClusterRole", "", fmt.Sprintf("role-%d", i), map[string]any{"rules": rules(random, true)})
	}
	for i := range 10 {
		bind("ClusterRoleBinding", "", i)
	}
	for _, ns := range namespaces {
		add("Namespace", "", ns, nil)
		for i := range 8 {
			add("Role", ns, fmt.Sprintf("role-%d", i), map[string]any{"rules": rules(random, false)})
			bind("RoleBinding", ns, i)
		}
	}
	return text
}

// apply applies text, and returns when the server answers by it: its authorizer learns of each kind of
// object by itself, so a last one of each tells when all are known.
func apply(t *testing.T, c *cluster.Cluster, reviewer probe.Reviewer, text []byte) {
	t.Helper()
	for _, y := range [][]byte{text, bytes.ReplaceAll([]byte(marker), []byte("NAME"), fmt.Appendf(nil, "marker-%d", len(text)))} {
		objects, err := cluster.Decode(y)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Apply(t.Context(), objects...); err != nil {
			t.Fatal(err)
		}
	}
	for verb, namespace := range map[string]string{"get": "", "list": "one"} {
		review := matrix.Review{Subject: matrix.Share(matrix.Subject{Kind: matrix.KindUser, Name: "marker"})}
		review.Access = matrix.Access{Verb: verb, Resource: fmt.Sprintf("marker-%d", len(text)), Namespace: namespace}
		for known := false; !known; {
			status, err := reviewer.Review(t.Context(), probe.Spec(review))
			if err != nil {
				t.Fatal(err)
			}
			known = status.Allowed
		}
	}
}

// marker grants something to a user of its own by one of each kind of object: get by the cluster's,
// list by the namespace's.
const marker = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME}
rules: [{apiGroups: [""], resources: [NAME], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: NAME}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: marker}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: NAME, namespace: one}
rules: [{apiGroups: [""], resources: [NAME], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: NAME, namespace: one}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: marker}]
`

func indexOf(t *testing.T, text []byte) *rbac.Index {
	t.Helper()
	m, err := manifests.Read(bytes.NewReader(text), "-")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := m.Snapshot(manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rbac.New(s.Roles, s.Bindings)
}

// ask asks the server different random questions, many at a time.
func ask(t *testing.T, reviewer probe.Reviewer, random *rand.Rand) map[matrix.Review]authorizationv1.SubjectAccessReviewStatus {
	var (
		answers = map[matrix.Review]authorizationv1.SubjectAccessReviewStatus{}
		todo    = make(chan matrix.Review)
		lock    sync.Mutex
		workers sync.WaitGroup
	)
	for range probe.DefaultConcurrency {
		workers.Go(func() {
			for review := range todo {
				status, err := reviewer.Review(t.Context(), probe.Spec(review))
				if err != nil {
					t.Errorf("%+v: %v", review, err)
				}
				lock.Lock()
				answers[review] = status
				lock.Unlock()
			}
		})
	}
	for asked := map[matrix.Review]bool{}; len(asked) < questions; {
		if review := question(random); !asked[review] {
			asked[review] = true
			todo <- review
		}
	}
	close(todo)
	workers.Wait()
	return answers
}
