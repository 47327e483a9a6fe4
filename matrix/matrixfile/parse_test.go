// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const header = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n"

func TestMistakesAreReportedTogether(t *testing.T) {
	_, err := Parse("rules.yaml", strings.NewReader(header+`expectations:
- subject: []
  subjects:
  - kind: ServiceAcount
    namespace: 123
- subjects: {kind: User}
  access: [{verbs: get, resources: [pods], resources: [secrets]}]
  optional: maybe
wavers: []
---
`+header+`expectations:
- subjects:
  - {kind: Serviceaccount, namespace: apps, name: web}
  - {kind: Group, name: 'ops-*', namespace: apps}
  - {kind: ServiceAccount, name: web}
  access:
  - {verbs: [], resources: [deployments.apps], nonResourceURLs: [healthz]}
  expect: denied
  severity: eror
  code: FP1
  when: {flux: '~2.9'}
- subjects: [{kind: User, name: a}]
  expect: allow
overrides:
- {match: {codes: [XX]}, severity: warning, disable: true}
waivers:
- {match: {}, until: tomorrow}
`))
	want := `rules.yaml:4:3: expectations[0].access: expected either access or ways
rules.yaml:4:3: expectations[0].expect: required field is missing: expected allow or deny
rules.yaml:4:3: expectations[0].subject: unknown field: did you mean "subjects"?
rules.yaml:6:11: expectations[0].subjects[0].kind: unknown kind "ServiceAcount": did you mean "ServiceAccount"?
rules.yaml:7:16: expectations[0].subjects[0].namespace: expected a string, found 123: put it in quotes
rules.yaml:8:3: expectations[1].expect: required field is missing: expected allow or deny
rules.yaml:8:13: expectations[1].subjects: expected a list, found a mapping
rules.yaml:9:20: expectations[1].access[0].verbs: expected a list, found "get"
rules.yaml:9:44: expectations[1].access[0].resources: the field is set twice
rules.yaml:10:13: expectations[1].optional: expected true or false, found "maybe"
rules.yaml:11:1: wavers: unknown field: did you mean "waivers"?
rules.yaml:17:12: expectations[0].subjects[0].kind: unknown kind "Serviceaccount": did you mean "ServiceAccount"?
rules.yaml:18:5: expectations[0].subjects[1]: a Group has no namespace and no labels
rules.yaml:18:25: expectations[0].subjects[1].name: only the names of ServiceAccounts can have a *: the cluster has no list of Groups
rules.yaml:19:5: expectations[0].subjects[2].namespace: required field is missing: expected a namespace, * or a namespaceSelector
rules.yaml:21:13: expectations[0].access[0].verbs: required field is missing: expected verbs such as get
rules.yaml:21:28: expectations[0].access[0].resources: expected either resources or nonResourceURLs
rules.yaml:21:29: expectations[0].access[0].resources[0]: "deployments.apps" includes an API group: write the group under apiGroups
rules.yaml:21:66: expectations[0].access[0].nonResourceURLs[0]: "healthz" is not a path: write it as /healthz
rules.yaml:22:11: expectations[0].expect: unknown effect "denied": valid values are allow, deny
rules.yaml:23:13: expectations[0].severity: unknown severity "eror": did you mean "error"?
rules.yaml:24:9: expectations[0].code: "FP1" is not a code: write it as FP101
rules.yaml:25:16: expectations[0].when.flux: "~2.9" is not a comparison: write one like >=2.9 or <1.38.0
rules.yaml:26:3: expectations[1].access: expected either access or ways
rules.yaml:29:3: overrides[0]: expected either severity or disable: true
rules.yaml:29:20: overrides[0].match.codes[0]: "XX" is not a code: write it as FP102 or FP5*
rules.yaml:31:3: waivers[0].owner: required field is missing: expected who answers for the waiver
rules.yaml:31:3: waivers[0].reason: required field is missing: expected why the failure is accepted
rules.yaml:31:11: waivers[0].match: the selector matches everything: expected codes, subjects or access
rules.yaml:31:22: waivers[0].until: "tomorrow" is not a date: write it as 2027-01-31
`
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	if diff := cmp.Diff(want, err.Error()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWholeFilesThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "rules.yaml: the file has no document of kind PermissionMatrix",
		"a: [":                   "rules.yaml:1: the file is not valid YAML or JSON: ",
		"kind: PermissionMatrix": "rules.yaml:1:1: apiVersion: required field is missing: expected flux-probe/v1alpha1",
		"- 1":                    "rules.yaml:1:1: expected a document of kind PermissionMatrix, found a list",
	} {
		if _, err := Parse("rules.yaml", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
	broken := errors.New("disk on fire")
	if _, err := Parse("rules.yaml", iotest.ErrReader(broken)); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("got %v", err)
	}
}

// Manifests in the place of a matrix file are one mistake, however many they are.
func TestManifests(t *testing.T) {
	_, err := Parse("demo.yaml", strings.NewReader("kind: Pod\n---\nkind: Role\n---\nkind: Role\n"))
	want := "demo.yaml:1:7: kind: all 3 documents are other Kubernetes objects: those of a matrix file are of kind PermissionMatrix"
	if e, ok := errors.AsType[*Error](err); !ok || !e.Foreign || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// A folder can hold other manifests. Each of their documents is one mistake, whatever is in it.
func TestDocumentsOfAnotherKind(t *testing.T) {
	_, err := Parse("rules.yaml", strings.NewReader(`apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: []}
---
apiVersion: flux-probe/v1alpha1
kind: PermisionMatrix
waivers: []
---
spec: {a: 1}
`))
	want := `rules.yaml:2:7: kind: unknown kind "Pod": the documents of a matrix file are of kind PermissionMatrix
rules.yaml:7:7: kind: unknown kind "PermisionMatrix": did you mean "PermissionMatrix"?
rules.yaml:10:1: kind: required field is missing: the documents of a matrix file are of kind PermissionMatrix
`
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	if diff := cmp.Diff(want, err.Error()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSONAndSeveralDocuments(t *testing.T) {
	set, err := Parse("rules", strings.NewReader("{\n\t\"apiVersion\": \"flux-probe/v1alpha1\",\n\t\"kind\": \"PermissionMatrix\"\n}\n---\n"+header+"waivers: []\n---\n"))
	if err != nil || len(set) != 2 {
		t.Errorf("%d documents, %v", len(set), err)
	}
}

// An alias of an alias can stand for more than fits anywhere.
func TestAliasesAreBounded(t *testing.T) {
	text := header + "waivers:\n- match: {codes: &codes [" + strings.Repeat("FP101,", 50) + "]}\n" + strings.Repeat("- match: {codes: *codes}\n", 50)
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	d := &Document{Name: "bomb", positions: map[string]Position{}}
	err := errors.Join(d.decode(node.Content[0], 1000)...)
	if err == nil || !strings.Contains(err.Error(), "the document is too large: it has more than 1000 values") || len(d.positions) > 1001 {
		t.Errorf("got %.200v", err)
	}
}
