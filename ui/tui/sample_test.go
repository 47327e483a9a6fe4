// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"context"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// sample is a small install before anything was asked: a grid of controllers, and lists.
func sample() *probe.Report {
	m := &matrix.Matrix{}
	add := func(section, code string, subject matrix.Subject, a matrix.Access, want matrix.Effect, because string) {
		m.Checks = append(m.Checks, &matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Section: section, Code: code, Subject: matrix.Share(subject), Severity: matrix.Error, Because: because,
				Origin: matrix.Share(matrix.Origin{Kind: "ClusterRole", Name: "crd-controller", Release: "v2.9.5"}), Hint: "run flux install again",
			},
			Want: want, AnyOf: matrix.One(subject, a),
		})
	}
	for _, name := range []string{"source-controller", "helm-controller"} {
		controller := matrix.ServiceAccount("flux-system", name)
		for _, resource := range []matrix.Access{
			{Group: "source.toolkit.fluxcd.io", Resource: "buckets"}, {Group: "coordination.k8s.io", Resource: "leases"}, {Resource: "namespaces"},
		} {
			for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"} {
				if resource.Resource == "namespaces" && verb != "get" && verb != "list" && verb != "watch" {
					continue
				}
				resource.Verb = verb
				add("controllers", "FP101", controller, resource, matrix.Allow, "Flux v2.9.5 grants it by ClusterRole crd-controller; leader election needs it")
			}
		}
	}
	dev := matrix.ServiceAccount("apps", "dev-team")
	add("tenants", "FP401", dev, matrix.Access{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "apps"}, matrix.Allow, "Kustomization apps/dev-team prunes it")
	add("tenants", "FP401", dev, matrix.Access{Verb: "patch", Resource: "configmaps", Namespace: "apps"}, matrix.Allow, "Kustomization apps/dev-team applies it")
	m.Checks = append(m.Checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Section: "lockdown", Code: "FP801", Subject: matrix.Share(matrix.ServiceAccount("flux-system", "helm-controller")), Severity: matrix.Warning,
			Because: "tenants share the cluster", Hint: "set --no-cross-namespace-refs=true",
			Origin: matrix.Share(matrix.Origin{Kind: "Deployment", Namespace: "flux-system", Name: "helm-controller", Field: "spec.template.spec.containers[0].args"}),
		},
		Verdict: matrix.Missing, Evidence: "--no-cross-namespace-refs is not set",
	})
	return &probe.Report{
		Cluster:  probe.Cluster{Context: "prod-eu", Kubernetes: "v1.37.2"},
		Flux:     []probe.Flux{{Namespace: "flux-system", Version: "v2.9.5"}},
		ProbedAs: "oncall", Profile: "release", Findings: probe.Pending(m),
		NotAsked: []matrix.Gap{{Section: "identity", What: "image-reflector-controller", Why: "is not installed"}},
	}
}

// rights answers reviews: all is allowed but what refused says.
type rights struct {
	mu      sync.Mutex
	refused func(user string, a matrix.Access) bool
	asked   int
}

func (r *rights) Review(_ context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	a := spec.ResourceAttributes
	refused := r.refused != nil && r.refused(spec.User, matrix.Access{Verb: a.Verb, Group: a.Group, Resource: a.Resource, Namespace: a.Namespace})
	return authorizationv1.SubjectAccessReviewStatus{Allowed: !refused}, nil
}

func noLeases(user string, a matrix.Access) bool {
	return strings.HasSuffix(user, ":source-controller") && a.Resource == "leases"
}

// session is a cluster in memory, one review in flight so that answers come in order.
func (r *rights) session(report *probe.Report) Session {
	first := *report
	memory := probe.NewMemory(r)
	session := Session{
		Probe: func(ctx context.Context, findings []probe.Finding, ask Ask) iter.Seq[probe.Finding] {
			p := probe.Prober{Reviewer: memory, Concurrency: 1, Progress: ask.Progress}
			if ask.Fresh {
				p.Reviewer = memory.Fresh()
			}
			return p.Run(ctx, probe.Matrix(findings))
		},
		Profiles: []string{"release", "minimal"},
		Save:     func(*probe.Report) (string, error) { return "report.json", nil },
	}
	session.Load = func(_ context.Context, profile string) (Session, *probe.Report, error) {
		again := first
		again.Profile, again.Findings = profile, probe.Pending(probe.Matrix(first.Findings))
		return session, &again, nil
	}
	return session
}

// started is a model of report at a size, before anything was asked.
func started(t testing.TB, session Session, report *probe.Report, w, h int, o Options) *Model {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	t.Cleanup(func() { cancel(); wait.Wait() })
	m := newModel(ctx, &wait, session, report, o)
	began := time.Now()
	m.now = func() time.Time { return began }
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m
}

// drain takes batches until the asking has ended.
func drain(m *Model) {
	for m.stream != nil {
		if _, cmd := m.Update(m.stream.next()); m.stream == nil && cmd != nil {
			deliver(m, cmd())
		}
	}
}

// deliver updates m with a message, or with those of a batch.
func deliver(m *Model, msg tea.Msg) {
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		m.Update(msg)
		return
	}
	for _, cmd := range batch {
		m.Update(cmd())
	}
}

// asked is a model of sample whose run has ended.
func asked(t testing.TB, r *rights, w, h int, o Options) *Model {
	t.Helper()
	report := sample()
	m := started(t, r.session(report), report, w, h, o)
	m.Init()
	drain(m)
	return m
}

// press sends keys: one a rune, or a name of several letters in angle brackets.
func press(m *Model, keys string) (cmd tea.Cmd) {
	names := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "down": {Code: tea.KeyDown}, "up": {Code: tea.KeyUp},
		"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "pgdown": {Code: tea.KeyPgDown}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl},
		"ctrl+z": {Code: 'z', Mod: tea.ModCtrl},
	}
	for keys != "" {
		if name, rest, ok := strings.Cut(strings.TrimPrefix(keys, "<"), ">"); keys[0] == '<' && ok {
			_, cmd = m.Update(names[name])
			keys = rest
			continue
		}
		_, cmd = m.Update(tea.KeyPressMsg{Code: rune(keys[0]), Text: keys[:1]})
		keys = keys[1:]
	}
	return cmd
}

// screen is what a terminal shows, without styling; it checks that the frame fits.
func screen(t testing.TB, m *Model) string {
	t.Helper()
	content := m.View().Content
	lines := strings.Split(content, "\n")
	if want := m.layout.height; len(lines) != want && !m.layout.small {
		t.Errorf("%d lines on a screen of %d", len(lines), want)
	}
	for i, line := range lines {
		if w := ansi.StringWidth(line); w != m.layout.width && (!m.typing || i < len(lines)-1) {
			t.Errorf("line %d is %d cells wide, the screen %d: %q", i, w, m.layout.width, ansi.Strip(line))
		}
	}
	buffer := cells(m)
	var b strings.Builder
	for line := range strings.Lines(ansi.Strip(buffer.Render())) {
		b.WriteString(strings.TrimRight(line, " \r\n") + "\n")
	}
	return b.String()
}

func cells(m *Model) uv.ScreenBuffer {
	buffer := uv.NewScreenBuffer(m.layout.width, m.layout.height)
	uv.NewStyledString(m.View().Content).Draw(buffer, buffer.Bounds())
	return buffer
}

// findingOf is a finding for check i.
func findingOf(m *Model, i int, v matrix.Verdict) probe.Finding {
	f := m.results.findings[i]
	f.Verdict = v
	return f
}
