// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// TestPreflightAssumedEqualsReal asks about a change under an assumption, makes what is assumed on a real API server, and
// asks about the change again: the two reports have to be the same, and the change has to pass or fail as is said here.
func TestPreflightAssumedEqualsReal(t *testing.T) {
	t.Parallel()
	c := server(t)
	kubeconfig := fluxed(t, c)
	for i, test := range assumedPreflights {
		t.Run(test.name, func(t *testing.T) {
			namespace := fmt.Sprintf("assumed-%d", i)
			in := func(text string) string { return strings.ReplaceAll(text, "NS", namespace) }
			w := newChange(t, c, namespace, test.change)
			objects, err := cluster.Decode([]byte(in(test.work)))
			if err == nil {
				err = c.Apply(t.Context(), objects...)
			}
			if err != nil {
				t.Fatal(err)
			}
			target := test.target
			if target == "" {
				target = "kustomization/work"
			}
			a := &assumption{t, c, []string{"preflight", target, "-n", namespace, "-f", w.file, "--kubeconfig", kubeconfig}}
			x := assumedChange{file: in(test.file), do: test.do, byRBAC: test.byRBAC}
			flags := a.command
			for _, text := range test.assume {
				x.assume = append(x.assume, in(text))
				flags = append(flags, "--assume", in(text))
			}
			if x.file != "" {
				path := filepath.Join(t.TempDir(), "assumed.yaml")
				a.must(os.WriteFile(path, []byte(x.file), 0o600))
				flags = append(flags, "--assume", "file="+path)
			}
			status := func(want int, flags ...string) {
				t.Helper()
				if got, out, stderr := fluxProbe(t, flags...); got != want {
					t.Errorf("exit status %d, want %d\n%s%s", got, want, out, stderr)
				}
			}
			status(test.before, a.command...)
			status(test.after, flags...)
			var deleted []string
			for _, text := range test.assume {
				if path, ok := strings.CutPrefix(in(text), "delete="); ok {
					deleted = append(deleted, path)
				}
			}
			x.do = func(a *assumption) error {
				var err error
				if test.do != nil {
					err = test.do(a)
				}
				for _, path := range deleted {
					kind, name, _ := strings.Cut(path, "/")
					object, unknown := named(c, strings.ToLower(kind)+"s", name)
					err = errors.Join(err, unknown)
					if unknown == nil {
						err = errors.Join(err, c.Client.Delete(a.Context(), object))
					}
				}
				return err
			}
			var now probe.Report
			if test.before != 2 {
				now = reported(t, a.command...)
			}
			a.compare(now, x)
			status(test.after, a.command...)
		})
	}
}

// assumedPreflight is a change that is asked about with assumptions.
type assumedPreflight struct {
	name string
	change
	work          string // replaces objects of the world
	target        string // kustomization/work if empty
	assume        []string
	file          string                  // what is assumed with file=
	do            func(*assumption) error // what else is done; what is assumed to be deleted is
	byRBAC        bool
	before, after int // exit statuses
}

var assumedPreflights = []assumedPreflight{
	{
		name:   "a role is bound, so that what was refused can be applied",
		change: change{holds: []string{". configmaps get,patch"}, next: configMap("new")},
		file: strings.Replace(role("creator", "configmaps"), "verbs: [get]", "verbs: [create]", 1) +
			strings.Replace(binding("creator", "Role", "creator"), "name: somebody", "name: account", 1),
		byRBAC: true, before: 1, after: 0,
	},
	{
		name:   "a role is bound, and is not enough",
		change: change{holds: []string{". configmaps get"}, next: configMap("new")},
		file: strings.Replace(role("creator", "configmaps"), "verbs: [get]", "verbs: [create]", 1) +
			strings.Replace(binding("creator", "Role", "creator"), "name: somebody", "name: account", 1),
		byRBAC: true, before: 1, after: 1,
	},
	{
		name:   "a binding is deleted, so that what could be applied is refused",
		change: change{holds: []string{". configmaps get,patch,create"}, next: configMap("new")},
		assume: []string{"delete=RoleBinding/NS/account"}, byRBAC: true, before: 0, after: 1,
	},
	{
		name:   "a binding that the change drops is gone already",
		change: change{holds: []string{". configmaps get,patch,create"}, live: binding("owns", "ClusterRole", "view"), next: configMap("new")},
		assume: []string{"delete=RoleBinding/NS/owns"}, before: 1, after: 0,
	},
	{
		name:   "what the change brings is there already",
		change: change{holds: []string{". configmaps,serviceaccounts get,patch"}, next: configMap("new") + strings.Replace(configMap("new"), "ConfigMap", "ServiceAccount", 1)},
		file:   configMap("new") + strings.Replace(configMap("new"), "ConfigMap", "ServiceAccount", 1), before: 1, after: 0,
	},
	{
		name:   "a namespace and a definition are there, in which nothing is granted",
		change: change{holds: []string{". configmaps *"}, next: configMap("kept") + "---\napiVersion: example.com/v1\nkind: Queue\nmetadata: {namespace: NS-soon, name: orders}\n"},
		file:   definition + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: NS-soon}\n", before: 1, after: 1,
	},
	{
		name:   "an account is named that can apply it",
		change: change{cluster: []string{"* * *"}, next: configMap("new")},
		work:   "apiVersion: v1\nkind: ServiceAccount\nmetadata: {namespace: NS, name: weak}\n---\n" + working("weak"), file: working("account"), before: 1, after: 0,
	},
	{
		name:   "what applies it is assumed itself",
		change: change{holds: []string{". configmaps get,patch,create"}, next: configMap("new")},
		target: "kustomization/other", file: strings.Replace(working("account"), "name: work}", "name: other}", 1), before: 2, after: 0,
	},
	{
		name:   "what is dropped is marked to stay",
		change: change{holds: []string{". configmaps get,patch,create"}, live: configMap("old"), next: configMap("new")},
		file:   strings.Replace(configMap("old"), "{name: old", "{annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}, name: old", 1), before: 1, after: 0,
	},
	{ // the last one: the flag stays
		name:   "the lockdown, without an account of its own",
		change: change{next: configMap("new")},
		work:   working(""), assume: []string{"flag=kustomize-controller:--default-service-account=default"},
		do: func(a *assumption) error {
			return addFlags(a.Context(), a.cluster, "kustomize-controller", "--default-service-account=default")
		},
		before: 0, after: 1,
	},
}

// working is the Kustomization of the world with another account.
func working(account string) string {
	named := ""
	if account != "" {
		named = "serviceAccountName: " + account + ", "
	}
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {namespace: NS, name: work}\n" +
		"spec: {interval: 5m, prune: true, " + named + "sourceRef: {kind: GitRepository, name: work}}\n"
}
