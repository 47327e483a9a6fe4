// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"encoding/json"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// A flag that is set and must not be is not described as one that is missing, whatever the verdict.
func TestFlags(t *testing.T) {
	for name, test := range map[string]struct {
		command, args  []string
		verdict        matrix.Verdict
		title, summary string
		patch          string // the operations of its command, without the tests of what is there
	}{
		"missing": {args: []string{"--other"}, verdict: matrix.Missing,
			title: "lacks --account", summary: "Add --account=true to the args of", patch: "add /spec/template/spec/containers/1/args/-"},
		"the first argument": {verdict: matrix.Missing, title: "lacks --account", summary: "Add --account=true", patch: "add /spec/template/spec/containers/1/args"},
		"set to nothing": {args: []string{"--account="}, verdict: matrix.Missing,
			title: "lacks --account", summary: "Add --account=true", patch: "add /spec/template/spec/containers/1/args/-"},
		"off": {args: []string{"--account=false"}, verdict: matrix.Missing,
			title: "lacks --account", summary: "Add --account=true", patch: "add /spec/template/spec/containers/1/args/-"},
		"given and taken back": {args: []string{"--account=x", "--account=0"}, verdict: matrix.Missing,
			title: "lacks --account", summary: "Add --account=x to the args of", patch: "add /spec/template/spec/containers/1/args/-"},
		"harmful, as missing": {args: []string{"--other", "--account=x"}, verdict: matrix.Missing,
			title: "has --account: evidence", summary: "Remove --account=x from the command line of Deployment flux/c", patch: "remove /spec/template/spec/containers/1/args/1"},
		"harmful, as excess": {args: []string{"--account"}, verdict: matrix.Excess,
			title: "has --account: evidence", summary: "Remove --account from", patch: "remove /spec/template/spec/containers/1/args/0"},
		"in two words, and twice": {command: []string{"c", "--account=x"}, args: []string{"--account", "y", "--other"}, verdict: matrix.Missing,
			title: "has --account: evidence", summary: "Remove --account=y from",
			patch: "remove /spec/template/spec/containers/1/args/1, remove /spec/template/spec/containers/1/args/0, remove /spec/template/spec/containers/1/command/1"},
		"not to be seen": {verdict: matrix.Excess, title: "has --account: evidence", summary: "", patch: ""},
	} {
		f := newFleet().reads(test.verdict, matrix.Subject{}, matrix.Origin{Kind: "Deployment", Namespace: "flux", Name: "c", Field: "--account"}, "evidence")
		d := appsv1.Deployment{}
		d.Namespace, d.Name = "flux", "c"
		d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "proxy"}, {Name: "manager", Command: test.command, Args: test.args}}
		f.Deployments = append(f.Deployments, d)
		problems := f.problems(t)
		if len(problems) != 1 {
			t.Fatalf("%s: %+v", name, problems)
		}
		x := problems[0]
		patch := ""
		for _, command := range x.Fix.Commands {
			_, text, _ := strings.Cut(command, " -p ")
			var ops []struct{ Op, Path string }
			if err := json.Unmarshal([]byte(strings.Trim(text, "'")), &ops); err != nil {
				t.Fatalf("%s: %s: %v", name, command, err)
			}
			for _, o := range ops {
				if o.Op != "test" {
					patch += ", " + o.Op + " " + o.Path
				}
			}
		}
		if patch = strings.TrimPrefix(patch, ", "); !strings.Contains(x.Title, test.title) || !strings.Contains(x.Fix.Summary, test.summary) || patch != test.patch {
			t.Errorf("%s: %s; %s; %s", name, x.Title, x.Fix.Summary, patch)
		}
	}
}
