// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

// What one guard refused is one problem, in its words as far as they are the same.
func TestGuards(t *testing.T) {
	policy := matrix.Origin{Kind: "Kyverno policy", Name: "p"}
	other := matrix.Origin{Kind: "Kyverno policy", Name: "q"}
	x := matrix.Origin{Kind: "Kustomization", Namespace: "a", Name: "x", Field: "status.conditions[Ready]"}
	y := matrix.Origin{Kind: "Kustomization", Namespace: "a", Name: "y", Field: "status.conditions[Ready]"}
	for name, c := range map[string]struct {
		fleet *fleet
		want  string // of each problem: title; cause; effect
	}{
		"one": {newFleet().refused(policy, x, "Kyverno policy p (rule r) refused it: no tag"),
			"Kustomization a/x cannot be reconciled: Kyverno policy p (rule r) refused it: no tag; Kyverno policy p: no tag; Kustomization a/x applies it"},
		"two by one": {newFleet().refused(policy, x, "Kyverno policy p (rule r) refused it: no tag").refused(policy, y, "Kyverno policy p (rule r) refused it: no tag"),
			"Kustomization a/x and Kustomization a/y cannot be reconciled: Kyverno policy p (rule r) refused it: no tag; Kyverno policy p: no tag; Kustomization a/x applies it; Kustomization a/y applies it"},
		"other words": {newFleet().refused(policy, x, "Kyverno policy p (rule r) refused it: no tag").refused(policy, y, "Kyverno policy p (rule r) refused it: no name"),
			"Kustomization a/x and Kustomization a/y cannot be reconciled: Kyverno policy p (rule r) refused it; Kyverno policy p: ; Kustomization a/x applies it: no tag; Kustomization a/y applies it: no name"},
		"other rules": {newFleet().refused(policy, x, "Kyverno policy p (rule r) refused it: no tag").refused(policy, x, "Kyverno policy p (rule s) refused it: no name"),
			"Kustomization a/x cannot be reconciled: Kyverno policy p refused it; Kyverno policy p: ; Kustomization a/x applies it: no tag; Kustomization a/x applies it: no name"},
		"other policies": {newFleet().refused(policy, x, "Kyverno policy p (rule r) refused it: no tag").refused(other, x, "Kyverno policy q (rule r) refused it: no"),
			"Kustomization a/x cannot be reconciled: Kyverno policy p (rule r) refused it: no tag; Kyverno policy p: no tag; Kustomization a/x applies it\n" +
				"Kustomization a/x cannot be reconciled: Kyverno policy q (rule r) refused it: no; Kyverno policy q: no; Kustomization a/x applies it"},
		"no guard with a name": {newFleet().refused(x, x, "it changes what is immutable: spec"),
			"Kustomization a/x cannot be reconciled: it changes what is immutable: spec; Kustomization a/x: it changes what is immutable: spec; Kustomization a/x applies it"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range c.fleet.problems(t) {
				got = append(got, fmt.Sprintf("%s; %s: %s; %s", p.Title, p.Cause.Origin(), p.Cause.Was, strings.Join(p.Effect, "; ")))
				if p.Fix.Summary != "Comply" || p.Proof.Passes != 0 || len(p.Fix.Commands) > 0 {
					t.Errorf("the fix is %+v, and its proof %+v", p.Fix, p.Proof)
				}
			}
			if text := strings.Join(got, "\n"); text != c.want {
				t.Errorf("got\n%s\nwant\n%s", text, c.want)
			}
		})
	}
}

// What a webhook leaves undetermined has the cause that its configuration has: it is one problem.
func TestWebhookIsToldOnce(t *testing.T) {
	f := newFleet().refused(matrix.Origin{Kind: "webhook", Name: "a.example.com"}, matrix.Origin{Kind: "ConfigMap", Namespace: "a", Name: "x"}, "webhook a.example.com does not support dry run")
	if tried, ok := f.checks[len(f.checks)-1].(*matrix.Observed); ok {
		tried.Verdict = matrix.Undetermined
	}
	f.checks = append(f.checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Section: "admission", Code: "FP412", Severity: matrix.Error, Because: "Flux applies ConfigMap a/x", Hint: "set sideEffects",
			Origin: matrix.Share(matrix.Origin{Kind: "ValidatingWebhookConfiguration", Name: "w", Field: "webhooks[a.example.com].sideEffects"}),
		},
		Verdict: matrix.Missing, Evidence: "webhook a.example.com does not support dry-run (sideEffects: Some)",
	})
	problems := f.problems(t)
	if len(problems) != 1 || len(problems[0].Checks) != 2 || problems[0].Cause.Kind != "ValidatingWebhookConfiguration" {
		t.Errorf("got %+v", problems)
	}
}
