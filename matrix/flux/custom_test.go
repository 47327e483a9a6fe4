// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
	"github.com/flux-probe/flux-probe/matrix/flux"
)

func parse(t *testing.T, text string) file.Set {
	t.Helper()
	set, err := file.Parse("rules.yaml", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// What is printed for people to edit asks the same when it is read back.
func TestPrintedMatrixAsksTheSame(t *testing.T) {
	l := manyTenants(t, 3)
	built := flux.Derive(&l.Snapshot, flux.Options{Exact: true, Exhaustive: true})
	document, settled := file.Of(built)
	text, err := yaml.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	o := flux.Options{Files: parse(t, string(text)), WithoutOwn: true}
	if err := flux.CheckFiles(&l.Snapshot, o); err != nil {
		t.Fatal(err)
	}
	var want []matrix.Expectation
	for _, e := range built.Expectations {
		if e.Settled == "" {
			want = append(want, e)
		}
	}
	if len(want)+settled != len(built.Expectations) || settled == 0 || len(want) < 100 {
		t.Errorf("%d asked and %d settled of %d", len(want), settled, len(built.Expectations))
	}
	got := flux.Derive(&l.Snapshot, o).Expectations
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(matrix.Expectation{}, "Origin")); diff != "" {
		t.Errorf("(-built +read back):\n%s", diff)
	}
}

func TestFilesExpand(t *testing.T) {
	l := newLab()
	l.namespace("team-a", map[string]string{"tenant": "yes"})
	l.namespace("team-b", map[string]string{"tenant": "yes"})
	l.account("team-a", "runner", "")
	l.account("team-b", "runner", "")
	for name, tc := range map[string]struct {
		entry string
		want  []string
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
			strings.Split("User root deny *_get_list_watch_create_update_patch_delete", "_"),
		},
		"star as it stands": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: ['*'], apiGroups: [apps], resources: [deployments]}]\n  expect: deny\n  literal: true",
			[]string{"User root deny * deployments.apps"},
		},
		"cluster scope": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: [get], resources: [namespaces], resourceNames: [team-a]}, {verbs: [impersonate], resources: [users]}]\n  expect: deny",
			[]string{"User root deny get namespaces team-a", "User root deny impersonate users"},
		},
		"another version": {
			"subjects: [{kind: User, name: root}]\n  access: [{verbs: [get], resources: [secrets]}]\n  expect: deny\n  when: {flux: '>=2.10'}",
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := flux.Options{WithoutOwn: true, Files: parse(t, "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\nexpectations:\n- "+tc.entry+"\n")}
			if err := flux.CheckFiles(&l.Snapshot, o); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range flux.Derive(&l.Snapshot, o).Expectations {
				access, _ := e.Access()
				a := access.Attributes
				got = append(got, strings.TrimSpace(strings.Join([]string{e.Subject.String(), string(e.Want), a.Verb, a.GroupResource(), a.Namespace}, " ")))
			}
			want := tc.want
			if name == "star that must be denied" {
				for i := range want {
					want[i] = "User root deny " + strings.TrimPrefix(want[i], "User root deny ") + " deployments.apps"
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMistakesThatOnlyTheClusterKnows(t *testing.T) {
	l := newLab()
	o := flux.Options{Files: parse(t, `apiVersion: flux-probe/v1alpha1
kind: PermissionMatrix
expectations:
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
  expect: deny
`)}
	err := flux.CheckFiles(&l.Snapshot, o)
	want := `rules.yaml:7:17: expectations[0].access[0].resources[0]: the cluster has no resource "secret" in API group core; did you mean secrets?
rules.yaml:6:18: expectations[0].access[0].verbs[1]: secrets does not serve the verb "lst"; did you mean list?
rules.yaml:9:17: expectations[0].access[1].apiGroups[0]: the cluster has no API group "app"; did you mean apps?
rules.yaml:13:17: expectations[0].access[2].namespaces: nodes is of the whole cluster and in no namespace: leave namespaces out`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// What could not be read is never a check less.
func TestUnreadListsAreUndetermined(t *testing.T) {
	l := newLab()
	l.Unread = map[string]string{"serviceaccounts": "forbidden", "namespaces": "forbidden"}
	l.FailedGroups = []flux.FailedGroup{{Group: "metrics.k8s.io", Reason: "its server does not answer"}}
	m := flux.Derive(&l.Snapshot, flux.Options{WithoutOwn: true, Files: parse(t, `apiVersion: flux-probe/v1alpha1
kind: PermissionMatrix
expectations:
- subjects: [{kind: ServiceAccount, namespace: '*', name: default}]
  access: [{verbs: [get], resources: [secrets]}]
  expect: deny
- subjects: [{kind: User, name: root}]
  access:
  - {verbs: [get], resources: [secrets], namespaces: ['*']}
  - {verbs: [get], apiGroups: [metrics.k8s.io], resources: [nodes]}
  expect: deny
`)})
	if len(m.Expectations) != 3 {
		t.Errorf("%d checks, want 3", len(m.Expectations))
	}
	for _, e := range m.Expectations {
		if e.Settled != matrix.Undetermined || e.Severity != matrix.Error || e.Observed == "" {
			t.Errorf("%+v", e)
		}
	}
}
