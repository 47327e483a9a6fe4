// SPDX-License-Identifier: Apache-2.0

package paths_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	fluxpaths "github.com/flux-probe/flux-probe/matrix/flux/paths"
	"github.com/flux-probe/flux-probe/probe/paths"
)

// fleet is a cluster of n tenants and four more bindings for each; every twentieth can reach its neighbour, and every
// fiftieth kustomize-controller.
func fleet(b *testing.B, n int) *fluxtest.Lab {
	l := fluxtest.New(fluxtest.Lockdown...)
	l.Role("", "reads", "get,list||configmaps,pods")
	l.Role("", "tokens", "create||serviceaccounts/token")
	for i := range n {
		ns := fmt.Sprintf("team-%04d", i)
		l.AddNamespace(ns, map[string]string{"toolkit.fluxcd.io/tenant": ns})
		l.Account(ns, "reconciler", ns)
		l.Bind(ns, "admin", "cluster-admin", ns+"/reconciler")
		for k := range 4 {
			l.Bind(fmt.Sprintf("team-%04d", (i+k+1)%n), "reads-"+ns, "reads", ns+"/reconciler")
		}
		if i%20 == 0 {
			l.Bind(fmt.Sprintf("team-%04d", (i+1)%n), "tokens", "tokens", ns+"/reconciler")
		}
		if i%50 == 0 {
			l.Bind("flux-system", "tokens-"+ns, "tokens", ns+"/reconciler")
		}
		l.Object(b, "Kustomization", ns, "app", "{spec: {serviceAccountName: reconciler, prune: true, sourceRef: {kind: GitRepository, name: app}}}")
	}
	return l
}

// all finds all paths and cuts of a model, and returns how many edges the graph has, and how many paths were found.
func all(b *testing.B, l *fluxtest.Lab, m *model.Model) (edges, found int) {
	q := fluxpaths.Build(m, fluxpaths.Options{}).Question()
	q.Reviewer = l
	r, err := paths.Find(b.Context(), q)
	if err != nil {
		b.Fatal(err)
	}
	return q.Graph.Edges(), len(r.Paths)
}

func BenchmarkPaths(b *testing.B) {
	for _, n := range []int{250, 1000, 4000} {
		b.Run(fmt.Sprintf("tenants=%d/bindings=%d", n, 5*n), func(b *testing.B) {
			l := fleet(b, n)
			m := l.Model()
			m.RBAC()
			edges, found := 0, 0
			for b.Loop() {
				edges, found = all(b, l, m)
			}
			b.ReportMetric(float64(edges), "edges")
			b.ReportMetric(float64(found), "paths")
		})
	}
}

// BenchmarkGrowth prints the exponent by which time grows with edges: 1 is linear. Of each size it takes the fastest run, as
// others can use the machine as well.
func BenchmarkGrowth(b *testing.B) {
	sizes := []int{250, 1000, 4000}
	edges, fastest := make([]float64, len(sizes)), make([]float64, len(sizes))
	labs, models := make([]*fluxtest.Lab, len(sizes)), make([]*model.Model, len(sizes))
	for i, n := range sizes {
		labs[i] = fleet(b, n)
		models[i], fastest[i] = labs[i].Model(), math.Inf(1)
		models[i].RBAC()
	}
	for b.Loop() {
		for i := range sizes {
			for range sizes[len(sizes)-1] / sizes[i] {
				began := time.Now()
				n, _ := all(b, labs[i], models[i])
				edges[i], fastest[i] = float64(n), min(fastest[i], time.Since(began).Seconds())
			}
		}
	}
	for i := 1; i < len(sizes); i++ {
		b.ReportMetric(math.Log(fastest[i]/fastest[0])/math.Log(edges[i]/edges[0]), fmt.Sprintf("exponent-%dx", sizes[i]/sizes[0]))
	}
}

// BenchmarkNearest looks for where ten accesses of each of 1,000 tenants lead, as a run does whose tenants all fail.
func BenchmarkNearest(b *testing.B) {
	const n = 1000
	l := fleet(b, n)
	var accesses []matrix.Review
	for i := range n {
		account := matrix.ServiceAccount(fmt.Sprintf("team-%04d", i), "reconciler")
		for k := range 10 {
			to := fmt.Sprintf("team-%04d", (i+k+1)%n)
			accesses = append(accesses, matrix.Review{Subject: matrix.Share(account), Access: matrix.Access{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: to}})
		}
	}
	m := l.Model()
	m.RBAC()
	found := 0
	for b.Loop() {
		q := fluxpaths.Build(m, fluxpaths.Options{Accesses: accesses}).Question()
		q.Reviewer = allowing{}
		nearest, err := paths.Nearest(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		found = 0
		for _, p := range nearest {
			if p != nil {
				found++
			}
		}
	}
	b.ReportMetric(float64(found), "paths")
}

type allowing struct{}

func (allowing) Review(context.Context, authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	return authorizationv1.SubjectAccessReviewStatus{Allowed: true}, nil
}
