// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/policy"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/ui"
)

// rules override and waive some of the checks of a fleet.
const rules = `apiVersion: flux-probe/v1alpha1
kind: PermissionMatrix
overrides:
- {match: {codes: [FP503]}, severity: warning, because: known}
waivers:
- {match: {codes: [FP4*]}, reason: known, owner: me}
`

// steps takes each step of a run about n tenants, by measure, and returns the number of checks. A tenth of the
// answers are refusals, so that the formats have failures to write.
func steps(b *testing.B, n int, measure func(step string, do func())) int {
	b.Helper()
	var read *snapshot.Snapshot
	var found *model.Model
	var m *matrix.Matrix
	r := &probe.Report{}
	read = fleet(b, n)
	measure("model", func() { found = model.New(read, model.Options{}) })
	measure("derive", func() { m = flux.Derive(found, flux.Options{}) })
	measure("pending", func() { r.Findings = probe.Pending(m) })
	reviewer := probe.NewMemory(rbac.Reviewer{Index: read.RBAC()})
	measure("ask", func() { ask(b, m, reviewer, r.Findings) })
	measure("judge", func() { // the answers are known
		for i, c := range m.Checks {
			f := probe.Judge(c, func(review matrix.Review) probe.Answer {
				answer, _ := reviewer.Answer(review)
				return answer
			})
			f.Index = i
			r.Findings[i] = f
		}
	})
	for i := range r.Findings {
		if f := &r.Findings[i]; i%10 == 0 && f.Verdict == matrix.Pass {
			f.Verdict, f.Hint = matrix.Missing, matrix.Hint(f.Check)
		}
	}
	measure("complete", func() { r.Complete(r.Findings) })
	documents, err := matrixfile.Parse("rules.yaml", strings.NewReader(rules))
	if err != nil {
		b.Fatal(err)
	}
	measure("policy", func() {
		p := policy.New(policy.Options{Documents: documents, Baseline: r, BaselineName: "base.json", Today: time.Now()})
		p.Restrict(&matrix.Matrix{Checks: m.Checks})
		for _, f := range r.Findings {
			p.Apply(f)
		}
	})
	measure("diff", func() { probe.Diff(r, r) })
	for _, format := range ui.Formats() {
		measure(format, func() {
			if err := ui.Write(io.Discard, format, r, ui.Options{}); err != nil {
				b.Fatal(err)
			}
		})
	}
	for _, format := range []string{"json", "yaml"} {
		var saved bytes.Buffer
		if err := ui.Write(&saved, format, r, ui.Options{}); err != nil {
			b.Fatal(err)
		}
		measure("read "+format, func() {
			if _, err := ui.Read(&saved); err != nil {
				b.Fatal(err)
			}
		})
	}
	return len(m.Checks)
}

// processorTime is how long this process has been running, on all processors.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
