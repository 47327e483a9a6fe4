// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// large is a matrix of n checks: a tenth of them on one account, the others on accounts of 100.
func large(n int) Run {
	m := &matrix.Matrix{}
	for i := range n {
		subject := matrix.ServiceAccount("flux-system", "kustomize-controller")
		if i >= n/10 {
			subject = matrix.ServiceAccount(fmt.Sprintf("tenant-%d", i/100), "reconciler")
		}
		verb := [...]string{"get", "list", "watch", "create", "update", "patch", "delete"}[i%7]
		a := matrix.Attributes{Verb: verb, Group: "apps", Resource: fmt.Sprintf("widgets%d", i/7)}
		m.Expectations = append(m.Expectations, matrix.Expectation{
			Section: "controllers", Code: "FP101", Subject: subject, Ways: matrix.One(subject, a), Want: matrix.Allow, Severity: matrix.Error, Because: "it is needed",
		})
	}
	return Run{Matrix: m, Report: probe.Report{Cluster: probe.Cluster{Context: "prod"}, Flux: []probe.Flux{{Namespace: "flux-system"}}}}
}

// instant answers everything at once, one in a hundred with a refusal.
func instant() Session {
	return Session{Probe: func(_ context.Context, m *matrix.Matrix, _ Ask) iter.Seq[probe.Finding] {
		return func(yield func(probe.Finding) bool) {
			for i, e := range m.Expectations {
				f := probe.Finding{Section: e.Section, Code: e.Code, Severity: e.Severity, Subject: e.Subject, Verdict: matrix.Pass, Index: i}
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
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("checks=%d", n), func(b *testing.B) {
			m := started(b, instant(), large(n), 160, 50, Options{Color: true})
			m.Init()
			drain(m)
			for b.Loop() {
				m.moveSheet(1, 0) // another check each time: its detail is made anew
				if m.account.row == len(m.account.sheet.visible)-1 {
					m.account.row = 0
				}
				m.View()
			}
		})
	}
}

func BenchmarkStream(b *testing.B) {
	run := large(100_000)
	for b.Loop() {
		m := started(b, instant(), run, 160, 50, Options{Color: true})
		m.Init()
		for m.stream != nil {
			m.Update(m.stream.next())
			m.View()
		}
	}
}

// BenchmarkRun is what BenchmarkStream is to be compared with: the engine alone.
func BenchmarkRun(b *testing.B) {
	run, session := large(100_000), instant()
	for b.Loop() {
		for f := range session.Probe(b.Context(), run.Matrix, Ask{}) {
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
