// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// TestLeadsTo wants the path in the detail of the check that it begins with, in the report that is saved, and gone once
// the access is.
func TestLeadsTo(t *testing.T) {
	allowed := true
	session := (&rights{refused: func(string, matrix.Access) bool { return !allowed }}).session(sections())
	session.Compare = differing
	session.LeadsTo = func(_ context.Context, findings []probe.Finding) {
		for i, f := range findings {
			if f.Code != "FP501" && f.Code != "FP502" {
				t.Errorf("asked where %s %s leads", f.Code, f.Verdict)
			}
			findings[i].LeadsTo = &probe.LeadsTo{Goal: "cluster-admin", Hops: 2, First: "token of kustomize-controller", Steps: []probe.Step{
				{As: f.Subject, Access: *f.Access, Becomes: "ServiceAccount flux-system/kustomize-controller", Confirmed: true},
				{As: matrix.ServiceAccount("flux-system", "kustomize-controller"), Access: matrix.Access{Verb: "*", Group: "*", Resource: "*"}, Becomes: "cluster-admin"},
			}}
		}
	}
	m := started(t, session, sections(), 140, 50, Options{})
	m.Init()
	drain(m)
	leads := 0
	for _, f := range m.report().Findings {
		if f.LeadsTo != nil {
			leads++
		}
	}
	if leads == 0 {
		t.Fatal("no finding leads anywhere")
	}
	press(m, "n")
	for _, want := range []string{"leads  2 steps to cluster-admin: token of", "1. apps/dev-team can", "2. flux-system/kustomize-controller"} {
		if got := screen(t, m); !strings.Contains(got, want) {
			t.Errorf("%q is not in the detail:\n%s", want, got)
		}
	}
	allowed = false
	m.ask(m.everything(), true, false)
	drain(m)
	for _, f := range m.report().Findings {
		if f.LeadsTo != nil {
			t.Errorf("%s still leads to %s", f.Code, f.LeadsTo.Goal)
		}
	}
}
