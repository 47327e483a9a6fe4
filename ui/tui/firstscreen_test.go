// SPDX-License-Identifier: Apache-2.0

package tui

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/ui"
)

// screens are the terminals that people have.
var screens = [...]struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}}

// typo is a problem of a tenant whose binding names another account than the one that reconciles, and its checks,
// which begin at place.
func typo(id int, namespace, account string, place int) (probe.Problem, []probe.Finding) {
	wrong, role := account[:len(account)-1]+"ier", "deployer-of-"+account
	binding := "RoleBinding " + namespace + "/" + role
	x := probe.Problem{
		ID: fmt.Sprintf("%012d", id), Severity: matrix.Error,
		Title: fmt.Sprintf("Kustomization %[1]s/%[2]s cannot be reconciled: %[3]s names ServiceAccount %[1]s/%[4]s (which does not exist) instead of ServiceAccount %[1]s/%[2]s",
			namespace, account, binding, wrong),
		Effect: []string{
			"Kustomization " + namespace + "/" + account + " fails now, without: get, patch configmaps in " + namespace,
			"Kustomization " + namespace + "/" + account + " fails later, when it prunes or creates an object again, without: create, delete configmaps in " + namespace,
		},
		Cause: probe.Cause{Kind: "RoleBinding", Namespace: namespace, Name: role, Field: "subjects[0].name", Was: wrong, Want: account},
		Fix: probe.Fix{
			Summary:  "In " + binding + ", change subjects[0].name from " + wrong + " to " + account,
			Patch:    fmt.Sprintf("--- %[1]s\n+++ %[1]s\n@@ -9,3 +9,3 @@\n - kind: ServiceAccount\n-  name: %[2]s\n+  name: %[3]s\n", binding, wrong, account),
			Commands: []string{"kubectl -n " + namespace + " patch rolebinding " + role + ` --type=json -p '[{"op":"replace","path":"/subjects/0/name","value":"` + account + `"}]'`},
		},
		Owner: probe.Owner{Kind: "Kustomization", Namespace: "flux-system", Name: "tenants"},
	}
	var findings []probe.Finding
	for _, verb := range []string{"get", "create", "patch", "delete"} {
		x.Checks = append(x.Checks, place+len(findings))
		findings = append(findings, probe.Finding{
			Section: "tenants", Code: "FP401", Verdict: matrix.Missing, Severity: matrix.Error, Subject: matrix.ServiceAccount(namespace, account),
			Access: &matrix.Access{Verb: verb, Resource: "configmaps", Namespace: namespace}, Want: matrix.Allow,
			Because: "Kustomization " + namespace + "/" + account + " applies it", Origin: matrix.Share(matrix.Origin{Kind: "Kustomization", Namespace: namespace, Name: account}),
		})
	}
	x.Proof.Passes = len(findings)
	return x, findings
}

// typos is a finished report with a problem for each namespace and account.
func typos(names ...[2]string) *probe.Report {
	r := sample()
	var findings []probe.Finding
	for i, name := range names {
		x, checks := typo(i, name[0], name[1], len(findings))
		r.Problems, findings = append(r.Problems, x), append(findings, checks...)
	}
	r.NotAsked = append(r.NotAsked, matrix.Gap{Section: "tenants", What: "HelmRelease a/b", Why: "it has no inventory yet"})
	r.Complete(findings)
	return r
}

// worlds are reports with problems.
func worlds(t *testing.T) map[string]*probe.Report {
	demo, err := scan.Run(t.Context(), scan.Options{Target: scan.Demo()})
	if err != nil {
		t.Fatal(err)
	}
	var hundred [][2]string
	for i := range 100 {
		hundred = append(hundred, [2]string{fmt.Sprintf("team-%02d", i), "reconciler"})
	}
	return map[string]*probe.Report{
		"demo": demo, "one": typos([2]string{"billing", "reconciler"}), "hundred": typos(hundred...),
		"long": typos([2]string{"production-europe-west-billing", "reconciler-of-all-invoices"}, [2]string{"shop", "reconciler"}),
	}
}

// The worst problem, its cause and its fix are on the first screen in whole words, and so they are on the last screen
// of the table, at whose end a terminal stands.
func TestFirstScreen(t *testing.T) {
	for name, report := range worlds(t) {
		var all strings.Builder
		for _, size := range screens {
			where := fmt.Sprintf("%s, %d x %d", name, size.w, size.h)
			frame := screen(t, started(t, Session{}, report, size.w, size.h, Options{}))
			all.WriteString(frame)
			for look, o := range map[string]Options{"dark": {Color: true}, "light": {Color: true, Light: true}, "ASCII": {ASCII: true}} {
				tellsWorst(t, where+", "+look, report, screen(t, started(t, Session{}, report, size.w, size.h, o)))
			}
			tellsWorst(t, where, report, frame)
			if first := report.Problems[0]; !strings.Contains(frame, "problems 1/"+fmt.Sprint(len(report.Problems))) || !strings.Contains(frame, "> ✗ "+first.Title[:20]) {
				t.Errorf("%s: the first problem is not selected, or not marked:\n%s", where, frame)
			}

			var b bytes.Buffer
			if err := ui.Write(&b, "table", report, ui.Options{Width: size.w, Height: size.h}); err != nil {
				t.Fatal(err)
			}
			end := lastScreen(b.String(), size.w, size.h)
			tellsWorst(t, where+", table", report, end)
			if !strings.Contains(b.String(), "not asked") || strings.Count(b.String(), "not asked:") > 1 {
				t.Errorf("%s: what was not asked is not in one line:\n%s", where, b.String())
			}
			all.WriteString("== the end of the table\n" + end)
		}
		golden(t, "first-"+name+".txt", all.String())
	}
}

// tellsWorst wants a screen to show the worst problem of a report. The words of a name that is longer than a line of a
// small terminal may be on two.
func tellsWorst(t *testing.T, where string, r *probe.Report, screen string) {
	t.Helper()
	x, words := r.Problems[0], " "+unframed(screen)+" "
	together := strings.NewReplacer(" ", "", "│", "")
	for what, text := range map[string]string{"title": x.Title, "cause": ui.CauseText(x.Cause), "fix": x.Fix.Summary} {
		whole := strings.Contains(words, " "+text+" ")
		if slices.ContainsFunc(strings.Fields(text), func(word string) bool { return width(word) > 60 }) {
			whole = strings.Contains(together.Replace(words), together.Replace(text))
		}
		if !whole {
			t.Errorf("%s: the %s is not there in whole words: %q\n%s", where, what, text, screen)
		}
	}
}

// unframed is the text of a screen in one line, without the frame.
func unframed(screen string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune("│|", r) {
			return ' '
		}
		return r
	}, screen)), " ")
}

// lastScreen is what a terminal shows of a text when it has been printed, and the prompt below it.
func lastScreen(text string, w, h int) string {
	var lines []string
	for line := range strings.Lines(text) {
		for line = strings.TrimRight(line, "\n"); width(line) > w; line = ansi.TruncateLeft(line, w, "") {
			lines = append(lines, ansi.Truncate(line, w, ""))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines[max(0, len(lines)-h+1):], "\n") + "\n"
}
