// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sections is an install with a failing check in each of the sections that sample leaves out.
func sections() Run {
	run := Run{Matrix: &matrix.Matrix{}, Report: sample().Report}
	run.Report.NotAsked = nil
	kustomize, dev := matrix.ServiceAccount("flux-system", "kustomize-controller"), matrix.ServiceAccount("apps", "dev-team")
	source := matrix.ServiceAccount("flux-system", "source-controller")
	web := matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	add := func(section, code string, subject matrix.Subject, want matrix.Effect, because, field, hint string, accesses ...matrix.Attributes) {
		origin := web
		origin.Field = field
		for _, a := range accesses {
			run.Matrix.Expectations = append(run.Matrix.Expectations, matrix.Expectation{
				Section: section, Code: code, Subject: subject, Ways: matrix.One(subject, a), Want: want, Severity: matrix.Error,
				Because: because, Origin: origin, Hint: hint,
			})
		}
	}
	add("reconcilers", "FP201", kustomize, matrix.Allow, "kustomize-controller applies what people put into Git", "", "bind it to cluster-admin",
		matrix.Attributes{Verb: "*", Group: "*", Resource: "*"})
	add("impersonation", "FP301", kustomize, matrix.Allow, "Kustomization apps/web is reconciled as apps/dev-team", "spec.serviceAccountName", "grant impersonate on the account",
		matrix.Attributes{Verb: "impersonate", Resource: "serviceaccounts", Namespace: "apps", Name: "dev-team"})
	add("tenants", "FP401", dev, matrix.Allow, "Kustomization apps/web applies it", "status.inventory", "grant it in the account's role",
		matrix.Attributes{Verb: "get", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Attributes{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Attributes{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "apps"})
	add("isolation", "FP502", dev, matrix.Deny, "staging belongs to another tenant", "spec.serviceAccountName", "take the binding away that the server names",
		matrix.Attributes{Verb: "get", Resource: "secrets", Namespace: "staging"},
		matrix.Attributes{Verb: "create", Resource: "secrets", Namespace: "staging"})
	run.Matrix.Expectations = append(run.Matrix.Expectations, matrix.Expectation{
		Section: "references", Code: "FP601", Subject: dev, Severity: matrix.Error, Settled: matrix.Exception, Origin: web,
		Because:  "Kustomization apps/web uses GitRepository shared/web: kustomize-controller follows it with its own rights",
		Observed: "apps/dev-team itself may not get gitrepositories in shared",
	})
	add("identity", "FP701", source, matrix.Allow, "OCIRepository apps/web pulls as apps/dev-team", "spec.serviceAccountName", "",
		matrix.Attributes{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: "apps", Name: "dev-team"})
	add("custom", "FP901", matrix.Subject{Kind: matrix.KindGroup, Name: "oncall"}, matrix.Allow, "on-call restarts controllers", "", "",
		matrix.Attributes{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "flux-system"})
	return run
}

// sectionDetails are the details of a check of each section that sample leaves out.
func sectionDetails() []situation {
	var all []situation
	for at, name := range []string{"reconcilers", "impersonation", "tenants", "isolation", "references", "identity", "custom", "authorizer"} {
		all = append(all, situation{"section-" + name, func(t *testing.T, w, h int, o Options) *Model {
			run := sections()
			r := &rights{refused: func(_ string, a matrix.Attributes) bool { return a.Namespace != "staging" && a.Verb != "get" }}
			session := r.session(run)
			session.Second = differing
			m := started(t, session, run, w, h, o)
			m.Init()
			drain(m)
			press(m, "g"+strings.Repeat("s", at)+"l<down><enter><enter>")
			if m.account == nil || m.account.section.name != name {
				t.Fatalf("not in section %s:\n%s", name, screen(t, m))
			}
			return m
		}})
	}
	return all
}

// differing is a second opinion with one difference.
func differing(*matrix.Matrix) ([]probe.Finding, []matrix.Gap) {
	return []probe.Finding{probe.Judge(matrix.Expectation{
		Section: "authorizer", Code: "FP002", Subject: matrix.ServiceAccount("apps", "dev-team"), Severity: matrix.Warning, Settled: matrix.Missing,
		Observed: "the server refuses patch deployments.apps in apps; RBAC alone would allow it",
		Because:  "the server's answer stands; RBAC was read to compare", Hint: "probe again",
	}, nil)}, nil
}

// TestSecondOpinion wants a difference as a check of its own, behind all that stood before, and once.
func TestSecondOpinion(t *testing.T) {
	run := sections()
	session := (&rights{}).session(run)
	session.Second = differing
	m := started(t, session, run, 120, 40, Options{})
	m.Init()
	drain(m)
	r := m.report()
	if n := len(r.Findings); n != len(run.Matrix.Expectations)+1 || r.Findings[n-1].Code != "FP002" || r.Summary.Warnings != 1 {
		t.Errorf("%d findings, %+v", n, r.Summary)
	}
	if last := m.board.sections[len(m.board.sections)-1]; last.name != "authorizer" {
		t.Errorf("the last section is %s", last.name)
	}
	session.Second = nil
	without := started(t, session, run, 120, 40, Options{})
	without.Init()
	drain(without)
	lines := strings.Split(screen(t, m), "\n")
	for i, line := range strings.Split(screen(t, without), "\n")[1 : 2+len(without.tree.lines)] {
		if lines[i+1] != line {
			t.Errorf("it moved:\n%s\n%s", line, lines[i+1])
		}
	}
	press(m, "nnn") // after the two of isolation
	if f := m.board.findings[m.selected()]; f.Code != "FP002" {
		t.Errorf("the last failure is %s", f.Code)
	}
	m.ask(m.everything(), true, true)
	drain(m)
	if n := len(m.board.findings); n != len(run.Matrix.Expectations)+1 {
		t.Errorf("%d checks after asking again", n)
	}
}

// TestThrottling wants the header to say that the server puts reviews off, while it does.
func TestThrottling(t *testing.T) {
	session, putOff := (&rights{}).session(sample()), 0
	session.Throttled = func() int { return putOff }
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	one := func(i int) batchMsg {
		return batchMsg{stream: m.stream, findings: []probe.Finding{findingOf(m, i, matrix.Pass)}}
	}
	putOff = 3
	if m.take(one(0)); !strings.Contains(screen(t, m), "throttled by the server") {
		t.Errorf("not told:\n%s", screen(t, m))
	}
	if m.take(one(1)); strings.Contains(screen(t, m), "throttled") {
		t.Error("told when it is over")
	}
}
