// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// large is a matrix of n checks: a tenth of them on one account, the others on accounts of 100.
func large(n int) *probe.Report {
	m := &matrix.Matrix{}
	for i := range n {
		subject := matrix.ServiceAccount("flux-system", "kustomize-controller")
		if i >= n/10 {
			subject = matrix.ServiceAccount(fmt.Sprintf("tenant-%d", i/100), "reconciler")
		}
		verb := [...]string{"get", "list", "watch", "create", "update", "patch", "delete"}[i%7]
		a := matrix.Access{Verb: verb, Group: "apps", Resource: fmt.Sprintf("widgets%d", i/7)}
		m.Checks = append(m.Checks, &matrix.Asked{
			CheckMeta: matrix.CheckMeta{Section: "controllers", Code: "FP101", Subject: matrix.Share(subject), Severity: matrix.Error, Because: "it is needed"},
			Want:      matrix.Allow, AnyOf: matrix.One(subject, a),
		})
	}
	return &probe.Report{Cluster: probe.Cluster{Context: "prod"}, Flux: []probe.Flux{{Namespace: "flux-system"}}, Findings: probe.Pending(m)}
}

// instant answers everything at once, one in a hundred with a refusal.
func instant() Session {
	return Session{Probe: func(_ context.Context, findings []probe.Finding, _ Ask) iter.Seq[probe.Finding] {
		return func(yield func(probe.Finding) bool) {
			for i, f := range findings {
				f.Verdict, f.Index = matrix.Pass, i
				if i%100 == 0 {
					f.Verdict = matrix.Missing
				}
				if !yield(f) {
					return
				}
			}
		}
	}}
}

func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("checks=%d", n), func(b *testing.B) {
			m := started(b, instant(), large(n), 160, 50, Options{Color: true})
			m.Init()
			drain(m)
			for b.Loop() {
				m.moveGrid(1, 0) // another check each time: its detail is made anew
				if m.account.row == len(m.account.grid.visible)-1 {
					m.account.row = 0
				}
				m.View()
			}
		})
	}
}

func BenchmarkStream(b *testing.B) {
	report := large(100_000)
	pending := slices.Clone(report.Findings)
	for b.Loop() {
		report.Findings = slices.Clone(pending)
		m := started(b, instant(), report, 160, 50, Options{Color: true})
		m.Init()
		for m.stream != nil {
			m.Update(m.stream.next())
			m.View()
		}
	}
}

// BenchmarkRun is what BenchmarkStream is to be compared with: the engine alone.
func BenchmarkRun(b *testing.B) {
	report, session := large(100_000), instant()
	for b.Loop() {
		for f := range session.Probe(b.Context(), report.Findings, Ask{}) {
			_ = f
		}
	}
}

func BenchmarkFilter(b *testing.B) {
	m := started(b, instant(), large(100_000), 160, 50, Options{})
	m.Init()
	drain(m)
	for b.Loop() {
		m.setFilter("widgets9")
		m.setFilter("")
	}
}
