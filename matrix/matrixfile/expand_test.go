// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// cluster is what rules are expanded on: a few resources, and the tenants team-a and team-b.
func cluster() *snapshot.Snapshot {
	verbs := strings.Fields("get list watch create update patch delete deletecollection")
	s := &snapshot.Snapshot{
		Kubernetes: "v1.37.2",
		Resources: []snapshot.Resource{
			{Resource: "namespaces", Kind: "Namespace", Verbs: verbs},
			{Resource: "nodes", Kind: "Node", Verbs: verbs},
			{Resource: "pods", Kind: "Pod", Namespaced: true, Verbs: verbs},
			{Resource: "pods", Subresource: "exec", Kind: "PodExecOptions", Namespaced: true, Verbs: []string{"create"}},
			{Resource: "secrets", Kind: "Secret", Namespaced: true, Verbs: verbs},
			{Group: "apps", Resource: "deployments", Kind: "Deployment", Namespaced: true, Verbs: verbs},
		},
		Namespaces:      []snapshot.Namespace{{Name: "flux-system"}},
		ServiceAccounts: []snapshot.ServiceAccount{{Namespace: "flux-system", Name: "runner"}},
	}
	for _, team := range []string{"team-a", "team-b"} {
		s.Namespaces = append(s.Namespaces, snapshot.Namespace{Name: team, Labels: map[string]string{"tenant": "yes"}})
		s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: team, Name: "runner"})
	}
	return s
}

func parse(t *testing.T, text string) Documents {
	t.Helper()
	documents, err := Parse("rules.yaml", strings.NewReader(header+text))
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// lines describes checks, one a line.
func lines(checks []matrix.Check) []string {
	var all []string
	for _, c := range checks {
		effect := ""
		if asked, ok := c.(*matrix.Asked); ok {
			effect = string(asked.Want)
		}
		a, _ := c.Access()
		words := []string{c.Meta().Subject.Get().String(), effect, a.Verb, a.GroupResource(), a.Namespace}
		all = append(all, strings.TrimSpace(strings.Join(words, " ")))
	}
	return all
}

func TestExpand(t *testing.T) {
	for name, tc := range map[string]struct {
		rule string
		want []string
	}{
		"product": {
			"subjects: [{kind: ServiceAccount, namespace: team-a, name: runner}, {kind: Group, name: ops}]\n  access: [{verbs: [get, list], resources: [secrets], namespaces: [team-b]}]\n  expect: deny",
			[]string{
				"team-a/runner deny get secrets team-b", "team-a/runner deny list secrets team-b",
				"Group ops deny get secrets team-b", "Group ops deny list secrets team-b",
			},
		},
		"patterns": {
			"subjects: [{kind: ServiceAccount, namespace: team-*, name: '*'}]\n  access: [{verbs: [get], resources: [pods/exec], namespaces: ['team-*'], resourceNames: [web]}]\n  expect: allow\n  optional: true",
			nil, // pods/exec serves no get
		},
		"labels": {
			"subjects: [{kind: ServiceAccount, namespaceSelector: {matchLabels: {tenant: 'yes'}}, name: runner}]\n  access: [{verbs: [get], apiGroups: [apps], resources: [deployments], namespaceSelector: {matchLabels: {tenant: 'yes'}}, namespaces: [team-b]}]\n  expect: allow",
			[]string{"team-a/runner allow get deployments.apps team-b", "team-b/runner allow get deployments.apps team-b"},
		},
		"star that must be allowed": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: ['*'], apiGroups: ['*'], resources: ['*']}, {verbs: [get], nonResourceURLs: [/healthz]}]\n  expect: allow",
			[]string{"User root allow * *.*", "User root allow get /healthz"},
		},
		"star that must be denied": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: ['*'], apiGroups: [apps], resources: [deployments]}]\n  expect: deny",
			[]string{
				"User root deny * deployments.apps", "User root deny get deployments.apps", "User root deny list deployments.apps",
				"User root deny watch deployments.apps", "User root deny create deployments.apps", "User root deny update deployments.apps",
				"User root deny patch deployments.apps", "User root deny delete deployments.apps", "User root deny deletecollection deployments.apps",
			},
		},
		"star as it stands": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: ['*'], apiGroups: [apps], resources: [deployments]}]\n  expect: deny\n  literal: true",
			[]string{"User root deny * deployments.apps"},
		},
		"cluster scope": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: [get], resources: [namespaces], resourceNames: [team-a]}, {verbs: [impersonate], resources: [users]}]\n  expect: deny",
			[]string{"User root deny get namespaces team-a", "User root deny impersonate users"},
		},
		"alternatives": {
			"subjects: [{kind: User, name: root}]\n  ways:\n  - - {verbs: [get], resources: [pods]}\n  - - {verbs: [get], resources: [podz]}\n  expect: allow\n  optional: true",
			[]string{"User root allow get pods"},
		},
		"another version": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: [get], resources: [secrets]}]\n  expect: deny\n  when: {flux: '>=2.10'}",
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			checks, _, err := Expand(parse(t, "expectations:\n- "+tc.rule+"\n"), cluster(), Options{FluxVersions: []string{"v2.9.5"}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, lines(checks)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpandInOneNamespace(t *testing.T) {
	documents := parse(t, `expectations:
- subjects: [{kind: ServiceAccount, namespace: "team-*", name: runner}]
  access: [{verbs: [get], resources: [secrets], namespaces: [team-a, flux-system]}]
  expect: deny
`)
	checks, _, err := Expand(documents, cluster(), Options{Namespace: "team-a"})
	want := []string{
		"team-a/runner deny get secrets team-a", "team-a/runner deny get secrets flux-system", "team-b/runner deny get secrets team-a",
	}
	if diff := cmp.Diff(want, lines(checks)); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}

func TestSectionsAndHints(t *testing.T) {
	documents := parse(t, `expectations:
- subjects: [{kind: ServiceAccount, namespace: team-a, name: runner}]
  access: [{verbs: ["*"], resources: [pods/exec], namespaces: [team-a]}]
  expect: allow
- subjects: [{kind: User, name: root}]
  access: [{verbs: [get], resources: [pods]}]
  expect: allow
  code: FP501
  hint: ask the platform team
`)
	sections := map[string]string{"FP501": "isolation"}
	checks, _, err := Expand(documents, cluster(), Options{SectionOf: func(code string) string { return sections[code] }})
	if err != nil || len(checks) != 2 {
		t.Fatal(len(checks), err)
	}
	for i, want := range []string{
		"custom FP901 flux-probe explain team-a/runner '*' pods/exec -n team-a",
		"isolation FP501 ask the platform team",
	} {
		m := checks[i].Meta()
		if got := m.Section + " " + m.Code + " " + matrix.Hint(checks[i]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if checks, _, _ = Expand(documents, cluster(), Options{}); checks[1].Meta().Section != Section {
		t.Errorf("without sections the section is %s", checks[1].Meta().Section)
	}
}

func TestSkippedRules(t *testing.T) {
	documents := parse(t, `expectations:
- subjects: [{kind: ServiceAccount, namespace: nowhere, name: "*"}, {kind: User, name: root}]
  access: [{verbs: [get], resources: [pods]}]
  expect: deny
- subjects: [{kind: User, name: root}]
  access: [{verbs: [get], resources: [pods]}]
  expect: deny
  when: {flux: ">=2.10", kubernetes: "1.37"}
`)
	checks, skipped, err := Expand(documents, cluster(), Options{FluxVersions: []string{"v2.9.5"}})
	want := []matrix.Gap{
		{Section: Section, What: "PermissionMatrix rules.yaml:4", Why: "no ServiceAccount matches"},
		{Section: Section, What: "PermissionMatrix rules.yaml:7", Why: "the rule is only for Flux >=2.10 and Kubernetes 1.37"},
	}
	if diff := cmp.Diff(want, skipped); diff != "" || err != nil || len(checks) != 1 {
		t.Errorf("%d checks, %v; skipped (-want +got):\n%s", len(checks), err, diff)
	}
}

func TestMistakesThatOnlyTheClusterReveals(t *testing.T) {
	documents := parse(t, `expectations:
- subjects: [{kind: User, name: root}]
  access:
  - verbs: [get, lst]
    resources: [secret, secrets]
  - verbs: [get]
    apiGroups: [app]
    resources: [deployments]
  - verbs: [get]
    resources: [nodes]
    namespaces: [default]
  - verbs: [fetch]
    nonResourceURLs: [/healthz]
  - verbs: [get]
    resources: [gremlins]
  expect: deny
`)
	checks, _, err := Expand(documents, cluster(), Options{})
	want := `rules.yaml:7:17: expectations[0].access[0].resources[0]: the cluster has no resource "secret" in API group core: did you mean "secrets"?
rules.yaml:6:18: expectations[0].access[0].verbs[1]: secrets does not serve the verb "lst": did you mean "list"?
rules.yaml:9:17: expectations[0].access[1].apiGroups[0]: the cluster has no API group "app": did you mean "apps"?
rules.yaml:13:17: expectations[0].access[2].namespaces: nodes is a resource of the cluster scope: leave out the namespaces
rules.yaml:14:13: expectations[0].access[3].verbs[0]: unknown verb "fetch" of a URL: valid values are *, delete, get, head, options, patch, post, put
rules.yaml:17:17: expectations[0].access[4].resources[0]: the cluster has no resource "gremlins" in API group core: valid values are namespaces, nodes, pods, pods/exec, secrets`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if len(checks) == 0 {
		t.Error("what is right is not expanded")
	}
}

// A list that could not be read leads to an undetermined check, never to fewer checks.
func TestUnreadListsAreUndetermined(t *testing.T) {
	s := cluster()
	s.Unread = map[string]string{"serviceaccounts": "forbidden", "namespaces": "forbidden"}
	s.FailedGroups = []snapshot.FailedGroup{{Group: "metrics.k8s.io", Reason: "its server does not answer"}}
	checks, _, err := Expand(parse(t, `expectations:
- subjects: [{kind: ServiceAccount, namespace: '*', name: default}]
  access: [{verbs: [get], resources: [secrets]}]
  expect: deny
- subjects: [{kind: User, name: root}]
  access:
  - {verbs: [get], resources: [secrets], namespaces: ['*']}
  - {verbs: [get], apiGroups: [metrics.k8s.io], resources: [nodes]}
  expect: deny
`), s, Options{})
	if err != nil || len(checks) != 3 {
		t.Errorf("%d checks, want 3; %v", len(checks), err)
	}
	for _, c := range checks {
		if o, ok := c.(*matrix.Observed); !ok || o.Verdict != matrix.Undetermined || o.Severity != matrix.Error || o.Evidence == "" {
			t.Errorf("%+v", c)
		}
	}
}
