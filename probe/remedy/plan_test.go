// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// fixedBy is a problem whose fix leaves objects as they are given.
func fixedBy(t *testing.T, id string, objects ...any) probe.Problem {
	t.Helper()
	p := probe.Problem{ID: id, Title: "Title " + id, Checks: []int{0}, Fix: probe.Fix{Summary: "Do " + id}}
	for _, o := range objects {
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		p.Fix.Objects = append(p.Fix.Objects, string(text))
	}
	return p
}

func bindingTo(role string, accounts ...string) any {
	b := rbac.Binding{Namespace: "apps", Name: "r", RoleRef: rbacv1.RoleRef{Kind: "Role", Name: role}}
	for _, a := range accounts {
		b.Subjects = append(b.Subjects, rbacv1.Subject{Kind: "ServiceAccount", Namespace: "apps", Name: a})
	}
	return b.Document()
}

func TestPlan(t *testing.T) {
	binding := matrix.Origin{Kind: "RoleBinding", Namespace: "apps", Name: "r"}
	s := cluster("r", rule("get", "pods"))
	s.ServiceAccounts = append(s.ServiceAccounts, snapshot.ServiceAccount{Namespace: "apps", Name: "ops"})
	owned := fixedBy(t, "3", rbac.Role{Namespace: "apps", Name: "r", Rules: []rbacv1.PolicyRule{rule("get", "pods"), rule("get", "jobs")}}.Document())
	owned.Owner = probe.Owner{Kind: "Kustomization", Namespace: "apps", Name: "web", File: "rbac.yaml", Line: 7}
	removed := fixedBy(t, "4")
	removed.Fix.Removed, removed.Fix.Commands = []matrix.Origin{binding}, []string{Kubectl("delete", binding)}
	flag := fixedBy(t, "5")
	flag.Fix.Commands = []string{"kubectl patch\x1b it"}
	for name, test := range map[string]struct {
		problems []probe.Problem
		leftOut  int
		want     string
	}{
		"nothing":          {nil, 0, "# Nothing to fix.\n"},
		"nothing but info": {nil, 1, "# Nothing to fix.\n---\n# Left out: 1 problem of severity warning; --fail-on warning includes it.\n"},
		"two problems, one object": {[]probe.Problem{fixedBy(t, "1", bindingTo("r", "dev", "ops")), fixedBy(t, "2", bindingTo("r"))}, 0, `---
# Title 1
#   problem 1: 1 failed check
#   Do 1.
# Title 2
#   problem 2: 1 failed check
#   Do 2.
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: r
  namespace: apps
roleRef:
  apiGroup: ""
  kind: Role
  name: r
subjects:
- kind: ServiceAccount
  name: ops
  namespace: apps
`},
		"an owner": {[]probe.Problem{owned}, 0, `---
# Title 3
#   problem 3: 1 failed check
#   Do 3.
#   Kustomization apps/web applies it from rbac.yaml:7: change it in Git, or it will be undone.
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: r
  namespace: apps
rules:
- apiGroups:
  - ""
  resources:
  - pods
  verbs:
  - get
- apiGroups:
  - ""
  resources:
  - jobs
  verbs:
  - get
`},
		"another role": {[]probe.Problem{fixedBy(t, "6", bindingTo("q", "dev"))}, 0, `---
# Title 6
#   problem 6: 1 failed check
#   Do 6.
#   The roleRef of a binding cannot be changed, and kubectl apply refuses to: first delete the binding.
#     kubectl -n apps delete rolebinding r
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: r
  namespace: apps
roleRef:
  apiGroup: ""
  kind: Role
  name: q
subjects:
- kind: ServiceAccount
  name: dev
  namespace: apps
`},
		"nothing to apply": {[]probe.Problem{removed, flag, fixedBy(t, "7", bindingTo("r", "dev", "gone"))}, 0, `# There is no object to apply: what has to be done is in the comments.
---
# Title 4
#   problem 4: 1 failed check
#   Do 4.
#     kubectl -n apps delete rolebinding r
---
# Title 5
#   problem 5: 1 failed check
#   Do 5.
#     kubectl patch[1b] it
---
# Title 7
#   problem 7: 1 failed check
#   Do 7.
#   ServiceAccount apps/gone does not exist, and whoever creates it would have what it is granted: create it, and then run this again:
#     kubectl -n apps create serviceaccount gone
`},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := New(s, test.problems)
			if err != nil {
				t.Fatal(err)
			}
			p.LeftOut = test.leftOut
			text, err := p.YAML()
			if got := string(text); err != nil || got != strings.ReplaceAll(test.want, "[1b]", "") {
				t.Errorf("%v\n%s", err, got)
			}
		})
	}
}

// TestUnreadRoles wants a word about rules that applying could replace.
func TestUnreadRoles(t *testing.T) {
	s := cluster("r")
	s.Unread = map[string]string{"roles.rbac.authorization.k8s.io": "forbidden"}
	p, err := New(s, []probe.Problem{fixedBy(t, "1", rbac.Role{Namespace: "apps", Name: "new"}.Document())})
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.YAML()
	if err != nil {
		t.Fatal(err)
	}
	want(t, string(text), "# RBAC could not be read in full, so that what is below can be incomplete: roles.rbac.authorization.k8s.io: forbidden\n",
		"#   Existing roles could not be read (forbidden): if Role apps/new exists, applying this replaces its rules.\n")
}

func TestFixThatCannotBeRead(t *testing.T) {
	p := probe.Problem{ID: "1", Fix: probe.Fix{Objects: []string{"kind: Pod"}}}
	if _, err := New(cluster("r"), []probe.Problem{p}); err == nil || err.Error() != `the fix of problem 1: "Pod" is not a kind of RBAC` {
		t.Error(err)
	}
}
