// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// tokenReport is a finding about an access that leads to cluster-admin in two steps.
func tokenReport() []probe.Finding {
	found := asked("isolation", "FP501", "apps/dev-team", matrix.Access{Resource: "serviceaccounts", Subresource: "token", Namespace: "flux-system"}, "create", matrix.Deny, yes)
	found[0].LeadsTo = &probe.LeadsTo{Goal: "cluster-admin", Hops: 2, First: "token of kustomize-controller", Steps: []probe.Step{
		{As: matrix.ServiceAccount("apps", "dev-team"), Access: *found[0].Access, Becomes: "ServiceAccount flux-system/kustomize-controller", Confirmed: true},
		{As: matrix.ServiceAccount("flux-system", "kustomize-controller"), Access: matrix.Access{Verb: "*", Group: "*", Resource: "*"}, Becomes: "cluster-admin", Read: []string{"it <exists>"}},
	}}
	return found
}

func TestLeadsToIsReadBack(t *testing.T) {
	r := finish(head(), tokenReport())
	for _, format := range []string{"json", "yaml"} {
		again, err := Read(strings.NewReader(written(t, format, r, Options{})))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r.Findings[0].LeadsTo, again.Findings[0].LeadsTo); diff != "" {
			t.Errorf("%s:\n%s", format, diff)
		}
	}
}

func TestLeadsToInEachFormat(t *testing.T) {
	r := finish(head(), tokenReport())
	for format, want := range map[string][]string{
		"table":    {"2 steps to cluster-admin: token of kustomize-controller\n"},
		"wide":     {"2 steps to cluster-admin: token of kustomize-controller\n"},
		"markdown": {"`2 steps to cluster-admin: token of kustomize-controller`"},
		"html": {
			`<ol class="path"><li>apps/dev-team can create serviceaccounts/token in flux-system, which leads to ServiceAccount flux-system/kustomize-controller (confirmed by the API server)</li>`,
			`<li>flux-system/kustomize-controller can * *.*, which leads to cluster-admin (by RBAC as it was read; as read: it &lt;exists&gt;)</li></ol>`,
		},
	} {
		text := written(t, format, r, Options{})
		if i := slices.IndexFunc(want, func(w string) bool { return !strings.Contains(text, w) }); i >= 0 {
			t.Errorf("%s: %q is not in:\n%s", format, want[i], text)
		}
	}
}

// TestPagePathsAreFew wants a page that stays small: the details of the checks have every path.
func TestPagePathsAreFew(t *testing.T) {
	var all []probe.Finding
	for i := range pagePaths + 7 {
		f := tokenReport()[0]
		f.Subject.Name += decimal(i)
		all = append(all, f, f)
	}
	if page := written(t, "html", finish(head(), all), Options{}); strings.Count(page, `<ol class="path">`) != pagePaths || !strings.Contains(page, "7 more are in the details of the checks.") {
		t.Errorf("%d paths", strings.Count(page, `<ol class="path">`))
	}
}
