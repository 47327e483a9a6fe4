// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sections is an install with a failing check in each of the sections that sample leaves out.
func sections() *probe.Report {
	m := &matrix.Matrix{}
	kustomize, dev := matrix.ServiceAccount("flux-system", "kustomize-controller"), matrix.ServiceAccount("apps", "dev-team")
	source := matrix.ServiceAccount("flux-system", "source-controller")
	web := matrix.Origin{Kind: "Kustomization", Namespace: "apps", Name: "web"}
	add := func(section, code string, subject matrix.Subject, want matrix.Effect, because, field, hint string, accesses ...matrix.Access) {
		origin := web
		origin.Field = field
		for _, a := range accesses {
			m.Checks = append(m.Checks, &matrix.Asked{
				CheckMeta: matrix.CheckMeta{Section: section, Code: code, Subject: matrix.Share(subject), Severity: matrix.Error, Because: because, Origin: matrix.Share(origin), Hint: hint},
				Want:      want, AnyOf: matrix.One(subject, a),
			})
		}
	}
	add("reconcilers", "FP201", kustomize, matrix.Allow, "kustomize-controller applies what people put into Git", "", "bind it to cluster-admin",
		matrix.Access{Verb: "*", Group: "*", Resource: "*"})
	add("impersonation", "FP301", kustomize, matrix.Allow, "Kustomization apps/web is reconciled as apps/dev-team", "spec.serviceAccountName", "grant impersonate on the account",
		matrix.Access{Verb: "impersonate", Resource: "serviceaccounts", Namespace: "apps", Name: "dev-team"})
	add("tenants", "FP401", dev, matrix.Allow, "Kustomization apps/web applies it", "status.inventory", "grant it in the account's role",
		matrix.Access{Verb: "get", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Access{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps"},
		matrix.Access{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "apps"})
	add("isolation", "FP502", dev, matrix.Deny, "staging belongs to another tenant", "spec.serviceAccountName", "take the binding away that the server names",
		matrix.Access{Verb: "get", Resource: "secrets", Namespace: "staging"},
		matrix.Access{Verb: "create", Resource: "secrets", Namespace: "staging"})
	m.Checks = append(m.Checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{Section: "references", Code: "FP601", Subject: matrix.Share(dev), Severity: matrix.Error, Origin: matrix.Share(web),
			Because: "Kustomization apps/web uses GitRepository shared/web: kustomize-controller follows it with its own permissions"},
		Verdict: matrix.Exception, Evidence: "apps/dev-team itself cannot get gitrepositories in shared",
	})
	add("identity", "FP701", source, matrix.Allow, "OCIRepository apps/web pulls as apps/dev-team", "spec.serviceAccountName", "",
		matrix.Access{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: "apps", Name: "dev-team"})
	add("custom", "FP901", matrix.Subject{Kind: matrix.KindGroup, Name: "oncall"}, matrix.Allow, "on-call restarts controllers", "", "",
		matrix.Access{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "flux-system"})
	report := sample()
	report.Findings, report.NotAsked = probe.Pending(m), nil
	return report
}

// sectionDetails are the details of a check of each section that sample leaves out.
func sectionDetails() []situation {
	var all []situation
	for at, name := range []string{"reconcilers", "impersonation", "tenants", "isolation", "references", "identity", "custom", "authorizer"} {
		all = append(all, situation{"section-" + name, func(t *testing.T, w, h int, o Options) *Model {
			report := sections()
			r := &rights{refused: func(_ string, a matrix.Access) bool { return a.Namespace != "staging" && a.Verb != "get" }}
			session := r.session(report)
			session.Compare = differing
			m := started(t, session, report, w, h, o)
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

// differing is a comparison with one difference.
func differing() ([]probe.Finding, []matrix.Gap) {
	return []probe.Finding{probe.Judge(&matrix.Observed{
		CheckMeta: matrix.CheckMeta{Section: "authorizer", Code: "FP002", Subject: matrix.Share(matrix.ServiceAccount("apps", "dev-team")), Severity: matrix.Warning,
			Because: "the server's answer stands; RBAC was read to compare", Hint: "probe again"},
		Verdict: matrix.Missing, Evidence: "the server refuses patch deployments.apps in apps; RBAC alone would allow it",
	}, nil)}, nil
}

// A difference that is waived stays so when everything is asked again.
func TestWaivedDifference(t *testing.T) {
	session := (&rights{}).session(sections())
	ask := session.Probe
	waive := func(f probe.Finding) probe.Finding {
		if f.Code == "FP002" {
			return f.Waive(probe.Waiver{Reason: "our webhook", Owner: "me"})
		}
		return f
	}
	session.Probe = func(ctx context.Context, findings []probe.Finding, a Ask) iter.Seq[probe.Finding] {
		return func(yield func(probe.Finding) bool) {
			for f := range ask(ctx, findings, a) {
				if !yield(waive(f)) {
					return
				}
			}
		}
	}
	session.Compare = func() ([]probe.Finding, []matrix.Gap) {
		found, gaps := differing()
		return []probe.Finding{waive(found[0])}, gaps
	}
	m := started(t, session, sections(), 120, 40, Options{})
	m.Init()
	drain(m)
	for range 2 {
		r := m.report()
		if f := r.Findings[len(r.Findings)-1]; f.Verdict != matrix.Waived || f.Waiver.Get().Reason != "our webhook" || r.Summary.Waived != 1 || r.Summary.Warnings != 0 {
			t.Errorf("%+v, %+v", f, r.Summary)
		}
		m.ask(m.everything(), true, false)
		for m.stream != nil { // no comparison: what was asked again stands
			m.Update(m.stream.next())
		}
	}
}

// TestComparison wants a difference from RBAC as a check of its own, behind all other checks, and once.
func TestComparison(t *testing.T) {
	checks := len(sections().Findings)
	session := (&rights{}).session(sections())
	session.Compare = differing
	m := started(t, session, sections(), 120, 40, Options{})
	m.Init()
	drain(m)
	r := m.report()
	if n := len(r.Findings); n != checks+1 || r.Findings[n-1].Code != "FP002" || r.Summary.Warnings != 1 {
		t.Errorf("%d findings, %+v", n, r.Summary)
	}
	if last := m.results.sections[len(m.results.sections)-1]; last.name != "authorizer" {
		t.Errorf("the last section is %s", last.name)
	}
	session.Compare = nil
	without := started(t, session, sections(), 120, 40, Options{})
	without.Init()
	drain(without)
	lines := strings.Split(screen(t, m), "\n")
	for i, line := range strings.Split(screen(t, without), "\n")[1 : 2+len(without.tree.lines)] {
		if lines[i+1] != line {
			t.Errorf("it moved:\n%s\n%s", line, lines[i+1])
		}
	}
	press(m, "nnn") // after the two of isolation
	if f := m.results.findings[m.selected()]; f.Code != "FP002" {
		t.Errorf("the last failure is %s", f.Code)
	}
	m.ask(m.everything(), true, true)
	drain(m)
	if n := len(m.results.findings); n != checks+1 {
		t.Errorf("%d checks after asking again", n)
	}
}

// TestThrottling wants the header to say that the server delays reviews, while it does.
func TestThrottling(t *testing.T) {
	session, throttles := (&rights{}).session(sample()), 0
	session.Repeated = func() probe.Requests { return probe.Requests{Throttled: throttles} }
	m := started(t, session, sample(), 120, 40, Options{})
	m.Init()
	one := func(i int) batchMsg {
		return batchMsg{stream: m.stream, findings: []probe.Finding{findingOf(m, i, matrix.Pass)}}
	}
	throttles = 3
	if m.applyBatch(one(0)); !strings.Contains(screen(t, m), "throttled by the server") {
		t.Errorf("not shown:\n%s", screen(t, m))
	}
	if m.applyBatch(one(1)); strings.Contains(screen(t, m), "throttled") {
		t.Error("shown when it is over")
	}
}
