// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"errors"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/why"
)

const user = `User "system:serviceaccount:`

// Every kind of text about the demo has the answer and the cause that a run finds.
func TestWhy(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo()})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		text   string
		result probe.Result
		want   []string // of each entry: the answer, the words of why, and of the cause of its problem
	}{
		"a typo in a binding": {user + `billing:reconciler" cannot patch resource "configmaps" in API group "" in the namespace "billing"`, probe.ResultFail,
			[]string{"yes|it is still refused|RoleBinding billing/deployer"}},
		"a name that no check asks for": {`configmaps "other" is forbidden: ` + user + `billing:reconciler" cannot patch resource "configmaps" in API group "" in the namespace "billing"`, probe.ResultFail,
			[]string{"yes|it is still refused|RoleBinding billing/deployer"}},
		"what no check asks for": {user + `shop:reconciler" cannot patch resource "ingresses" in API group "networking.k8s.io" in the namespace "shop"`, probe.ResultFail,
			[]string{"yes|it is still refused|Role shop/deployer"}},
		"another cluster's resource": {user + `shop:reconciler" cannot patch resource "widgets" in API group "example.com" in the namespace "shop"`, probe.ResultUndetermined,
			[]string{"unknown|there is no resource widgets.example.com on this cluster|"}},
		"a right refusal": {user + `shop:reconciler" cannot get resource "secrets" in API group "" in the namespace "flux-system"`, probe.ResultFail,
			[]string{"yes|it is refused, and that is right: FP501 requires it|"}},
		"allowed by now": {user + `shop:reconciler" cannot patch resource "deployments" in API group "apps" in the namespace "shop"`, probe.ResultPass,
			[]string{"no|it is allowed by now|"}},
		"another cluster's account": {user + `shop:nobody" cannot patch resource "deployments" in API group "apps" in the namespace "shop"`, probe.ResultUndetermined,
			[]string{"unknown|there is no ServiceAccount shop/nobody on this cluster; is this the right context?|"}},
		"another cluster's namespace": {user + `shop:reconciler" cannot patch resource "deployments" in API group "apps" in the namespace "elsewhere"`, probe.ResultUndetermined,
			[]string{"unknown|there is no namespace elsewhere on this cluster|"}},
		"an account that is missing and used": {`secrets is forbidden: ` + user + `sandbox:helm-reconciler" cannot list resource "secrets" in API group "" in the namespace "sandbox"`, probe.ResultFail,
			[]string{"yes|it is still refused|HelmRelease sandbox/cache"}},
		"impersonation": {`serviceaccounts "reconciler" is forbidden: ` + user + `flux-system:kustomize-controller" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "shop"`, probe.ResultPass,
			[]string{"no|it is allowed by now|"}},
		"an escalation": {`Role/shop/x dry-run failed (Forbidden): roles.rbac.authorization.k8s.io "x" is forbidden: user "system:serviceaccount:shop:reconciler" (groups=["a"]) is attempting to grant RBAC permissions not currently held: {APIGroups:["apps"], Resources:["deployments"], Verbs:["delete"]}`, probe.ResultFail,
			[]string{"yes|it is still refused|Role shop/deployer"}},
		"an object":              {"Kustomization/billing.billing - failed", probe.ResultFail, []string{"yes|it was refused, and still is|RoleBinding billing/deployer"}},
		"an object that is well": {"kustomization/search is slow", probe.ResultPass, []string{"no|no permission is missing|"}},
		"an object elsewhere":    {"kustomization/nothing", probe.ResultUndetermined, []string{"unknown|Kustomization/nothing is not on this cluster|"}},
		"a policy of admission": {`Deployment/shop/web dry-run failed (Invalid): deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`, probe.ResultPass,
			[]string{"no|ValidatingAdmissionPolicy p (binding b) refused it: no|ValidatingAdmissionPolicy p"}},
		"a webhook, reported by an object": {`Kustomization/search/search: ConfigMap/search/x dry-run failed: admission webhook "x.example.com" denied the request: no`, probe.ResultPass,
			[]string{"no|webhook x.example.com refused it: no|webhook x.example.com"}},
		"a webhook that is down": {`failed calling webhook "x.example.com": failed to call webhook: timeout`, probe.ResultPass,
			[]string{"no|webhook x.example.com could not be called: timeout|webhook x.example.com"}},
		"two constraints": {"admission webhook \"validation.gatekeeper.sh\" denied the request: [a] x\n[b] y", probe.ResultPass,
			[]string{"no|Gatekeeper constraint a refused it: x|Gatekeeper constraint a", "no|Gatekeeper constraint b refused it: y|Gatekeeper constraint b"}},
		"nobody in particular": {`ConfigMap "x" is invalid: data: too long`, probe.ResultPass, []string{"no|the API server found it invalid: data: too long|API server"}},
		"an owner":             {`pods "x" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`, probe.ResultFail, []string{"yes|OwnerReferencesPermissionEnforcement refused it|API server"}},
		"a security context":   {`pods "x" is forbidden: unable to validate against any security context constraint: []`, probe.ResultUndetermined, []string{"unknown|an admission plugin of the API server refused it|API server"}},
		"a refusal and a guard": {user + `billing:reconciler" cannot patch resource "configmaps" in API group "" in the namespace "billing"` + "\nerror: admission webhook \"x.example.com\" denied the request: no", probe.ResultFail,
			[]string{"yes|it is still refused|RoleBinding billing/deployer", "no|webhook x.example.com refused it: no|webhook x.example.com"}},
		"a reference elsewhere": {"can't access 'GitRepository/a/b', cross-namespace references have been blocked", probe.ResultUndetermined, []string{"unknown|no object on this cluster refers to GitRepository a/b|"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := s.Why(t.Context(), tc.text, "")
			if err != nil {
				t.Fatal(err)
			}
			compareEntries(t, r, tc.want)
			if r.Result != tc.result {
				t.Errorf("the result is %s, want %s", r.Result, tc.result)
			}
		})
	}
	for text, cut := range map[string]bool{"nothing": false, "": false, user + `a:b" cannot get resource "pods" in API group ""`: true} {
		var unrecognized *UnrecognizedError
		if _, err := s.Why(t.Context(), text, ""); !errors.As(err, &unrecognized) || unrecognized.CutOff != cut {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestNotReady(t *testing.T) {
	s, err := Open(t.Context(), Options{Target: Demo()})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.NotReady(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	compareEntries(t, r, []string{
		"yes|it was refused, and still is|RoleBinding billing/deployer",
		"yes|permissions are missing that it needs to go on|HelmRelease sandbox/cache",
		"no|its message names no refusal|",
	})
	if r.Result != probe.ResultFail || r.Ready != 3 {
		t.Errorf("%s, %d ready", r.Result, r.Ready)
	}
	if r, err = s.NotReady(t.Context(), "search"); err != nil || r.Result != probe.ResultPass || len(r.Entries) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func compareEntries(t *testing.T, r *why.Report, want []string) {
	t.Helper()
	if len(r.Entries) != len(want) {
		t.Fatalf("%d entries, want %d: %+v", len(r.Entries), len(want), r.Entries)
	}
	for i, e := range r.Entries {
		answer, rest, _ := strings.Cut(want[i], "|")
		because, cause, _ := strings.Cut(rest, "|")
		if string(e.Permissions) != answer || !strings.Contains(e.Because, because) {
			t.Errorf("%s: %s, want %s", e.Permissions, e.Because, want[i])
		}
		switch p := r.ProblemOf(e); {
		case p == nil && cause != "":
			t.Errorf("no problem explains it, want %s", cause)
		case p != nil && p.Cause.Origin().String() != cause:
			t.Errorf("%s is at fault, want %s", p.Cause.Origin(), cause)
		}
	}
}
