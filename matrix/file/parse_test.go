// SPDX-License-Identifier: Apache-2.0

package file

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const header = "apiVersion: flux-probe/v1alpha1\nkind: PermissionMatrix\n"

func TestMistakesAreToldAtOnce(t *testing.T) {
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
	want := `rules.yaml:4:3: expectations[0].access: want either access or ways
rules.yaml:4:3: expectations[0].expect: it is missing; want one of allow, deny
rules.yaml:4:3: expectations[0].subject: unknown field; did you mean subjects?
rules.yaml:6:11: expectations[0].subjects[0].kind: "ServiceAcount" is none; did you mean ServiceAccount?
rules.yaml:7:16: expectations[0].subjects[0].namespace: want text, not 123: quote it
rules.yaml:8:3: expectations[1].expect: it is missing; want one of allow, deny
rules.yaml:8:13: expectations[1].subjects: want a list, not fields
rules.yaml:9:20: expectations[1].access[0].verbs: want a list, not "get"
rules.yaml:9:44: expectations[1].access[0].resources: the field is there twice
rules.yaml:10:13: expectations[1].optional: want true or false, not "maybe"
rules.yaml:11:1: wavers: unknown field; did you mean waivers?
rules.yaml:17:12: expectations[0].subjects[0].kind: "Serviceaccount" is none; did you mean ServiceAccount?
rules.yaml:18:5: expectations[0].subjects[1]: a Group has no namespace and no labels
rules.yaml:18:25: expectations[0].subjects[1].name: a * stands for ServiceAccounts only: the cluster does not know what Groups there are
rules.yaml:19:5: expectations[0].subjects[2].namespace: it is missing; want a namespace, * or a namespaceSelector
rules.yaml:21:13: expectations[0].access[0].verbs: it is missing; want verbs like get
rules.yaml:21:28: expectations[0].access[0].resources: want either resources or nonResourceURLs
rules.yaml:21:29: expectations[0].access[0].resources[0]: "deployments.apps" holds a group; write that under apiGroups
rules.yaml:21:66: expectations[0].access[0].nonResourceURLs[0]: "healthz" is no path; want one like /healthz
rules.yaml:22:11: expectations[0].expect: "denied" is none; want one of allow, deny
rules.yaml:23:13: expectations[0].severity: "eror" is none; did you mean error?
rules.yaml:24:9: expectations[0].code: "FP1" is no code; want one like FP101
rules.yaml:25:16: expectations[0].when.flux: "~2.9" is no comparison; want one like >=2.9 or <1.38.0
rules.yaml:26:3: expectations[1].access: want either access or ways
rules.yaml:29:3: overrides[0]: want either a severity or disable: true
rules.yaml:29:20: overrides[0].match.codes[0]: "XX" is no code; want one like FP102 or FP5*
rules.yaml:31:3: waivers[0].owner: it is missing; want who answers for it
rules.yaml:31:3: waivers[0].reason: it is missing; want why the finding is accepted
rules.yaml:31:11: waivers[0].match: it would match everything; want codes, subjects or access
rules.yaml:31:22: waivers[0].until: "tomorrow" is no date; want one like 2027-01-31
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
		"":                          "rules.yaml: the file is empty: want a document of kind PermissionMatrix",
		"a: [":                      "rules.yaml:1: it is neither YAML nor JSON: ",
		"apiVersion: v1\nkind: Pod": `rules.yaml:2:7: kind: "Pod" is none; want one of PermissionMatrix`,
		"kind: PermissionMatrix":    "rules.yaml:1:1: apiVersion: it is missing; want one of flux-probe/v1alpha1",
		"- 1":                       "rules.yaml:1:1: want fields (apiVersion, kind, expectations, overrides, waivers), not a list",
		"spec: {a: 1}":              "rules.yaml:1:1: kind: it is missing; want one of PermissionMatrix\nrules.yaml:1:1: spec: unknown field; ",
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

func TestJSONAndSeveralDocuments(t *testing.T) {
	set, err := Parse("rules", strings.NewReader("{\n\t\"apiVersion\": \"flux-probe/v1alpha1\",\n\t\"kind\": \"PermissionMatrix\"\n}\n---\n"+header+"waivers: []\n---\n"))
	if err != nil || len(set) != 2 {
		t.Errorf("%d documents, %v", len(set), err)
	}
}

// An alias of an alias can stand for more than fits anywhere.
func TestAliasesAreBounded(t *testing.T) {
	text := "waivers:\n- match: {codes: &codes [" + strings.Repeat("FP101,", 50) + "]}\n" + strings.Repeat("- match: {codes: *codes}\n", 50)
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	l := &Loaded{Name: "bomb", at: map[string]Position{}}
	err := errors.Join(l.decode(node.Content[0], 1000)...)
	if err == nil || !strings.Contains(err.Error(), "the document is too large: more than 1000 values") || len(l.at) > 1001 {
		t.Errorf("got %.200v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header + "expectations:\n- subjects: [{kind: User, name: a}]\n  access: [{verbs: [get], resources: [pods]}]\n  expect: deny\n")
	f.Add(header + "waivers: &a\n- *a\n")
	f.Add("{\"kind\": \"PermissionMatrix\", \"overrides\": [{\"match\": {\"codes\": [\"FP1*\"]}}]}")
	f.Add("? [a]\n: !!binary x\n--- !!null\n")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Parse("fuzz", io.LimitReader(strings.NewReader(text), 1<<16))
		if err == nil && len(set) == 0 {
			t.Error("neither a document nor a mistake")
		}
	})
}
