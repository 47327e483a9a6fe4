// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/ui"
)

// demoCall runs a command on the manifests of the demo.
func demoCall(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return call(t, string(demoFleet), append([]string{"--manifests", "-"}, args...)...)
}

func TestExplainRefusesTypos(t *testing.T) {
	for args, want := range map[string]string{
		"billing/reconcilr get pods -n billing":           "service account billing/reconcilr does not exist; did you mean billing/reconciler?",
		"biling/reconciler get pods":                      "did you mean billing/reconciler or ",
		"reconciler get pods":                             `"reconciler": want a service account as NAMESPACE/NAME`,
		"billing/reconciler get podz":                     `the API server serves no resource "podz"; did you mean pods?`,
		"billing/reconciler get deployments":              "",
		"billing/reconciler get deployments.batch":        `the API server serves no resource "deployments.batch"; did you mean deployments.apps?`,
		"billing/reconciler remove pods":                  `"remove" is no verb of pods: want one of create, `,
		"billing/reconciler delte pods":                   `"delte" is no verb of pods; did you mean delete?`,
		"billing/reconciler get nodes -n billing":         "nodes are not in namespaces: leave out -n billing",
		"billing/reconciler list pods/web/log":            `pods has no subresource "web"`,
		"billing/reconciler list pods/log":                `"list" is no verb of pods`,
		"billing/reconciler frob /healthz":                `"frob" is no verb of a URL`,
		"kustomization/shp -n shop":                       "there is no kustomization/shp in namespace shop",
		"kustomization/shop -n billing":                   "did you mean kustomization/shop -n shop?",
		"kustomisation/shop":                              `"kustomisation" is no kind of Flux's objects`,
		"billing/reconciler impersonate users/dave":       "",
		"billing/reconciler create pods/exec/web -n shop": "",
	} {
		code, stdout, stderr := demoCall(t, append([]string{"explain"}, strings.Fields(args)...)...)
		switch {
		case want == "" && (code != 0 || stdout == ""):
			t.Errorf("%s: exit %d, %s", args, code, stderr)
		case want != "" && (code != 2 || stdout != "" || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1):
			t.Errorf("%s: exit %d\n%s\nwant %s", args, code, stderr, want)
		}
	}
}

func TestExplainReadsAccesses(t *testing.T) {
	for args, want := range map[string]matrix.Attributes{
		"get pods":                          {Verb: "get", Resource: "pods"},
		"get pods/web":                      {Verb: "get", Resource: "pods", Name: "web"},
		"get pods/log":                      {Verb: "get", Resource: "pods", Subresource: "log"},
		"get pods/log/web":                  {Verb: "get", Resource: "pods", Subresource: "log", Name: "web"},
		"patch deployments/scale.apps":      {Verb: "patch", Group: "apps", Resource: "deployments", Subresource: "scale"},
		"patch deployments.apps/scale":      {Verb: "patch", Group: "apps", Resource: "deployments", Subresource: "scale"},
		"get kustomization":                 {Verb: "get", Group: "kustomize.toolkit.fluxcd.io", Resource: "kustomizations"},
		"create events":                     {Verb: "create", Resource: "events"},
		"create events.events.k8s.io":       {Verb: "create", Group: "events.k8s.io", Resource: "events"},
		"get /healthz":                      {Verb: "get", Path: "/healthz"},
		"get *.apps":                        {Verb: "get", Group: "apps", Resource: "*"},
		"impersonate serviceaccounts/x":     {Verb: "impersonate", Resource: "serviceaccounts", Name: "x"},
		"get configmaps/a.b.c":              {Verb: "get", Resource: "configmaps", Name: "a.b.c"},
		"bind clusterroles/system:volume-x": {Verb: "bind", Group: "rbac.authorization.k8s.io", Resource: "clusterroles", Name: "system:volume-x"},
	} {
		_, stdout, stderr := demoCall(t, append([]string{"explain", "-o", "json", "shop/reconciler"}, strings.Fields(args)...)...)
		var e ui.Explained
		if err := json.Unmarshal([]byte(stdout), &e); err != nil {
			t.Errorf("%s: %s", args, stderr)
		} else if got := e.Explanations[0].Access; got != want {
			t.Errorf("%s: %+v, want %+v", args, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	for args, want := range map[string][]string{
		"billing/reconciler delete cronjobs.batch -n billing": {
			"✗ not allowed: billing/reconciler delete cronjobs.batch in billing", "which impersonates billing/reconciler (spec.serviceAccountName)",
			"nearly   RoleBinding billing/deployer gives it to ServiceAccount billing/reconcilier", "check    FP401 error wants allow", "- cronjobs\n",
		},
		"search/reconciler get secrets -n shop": {
			"granted  ClusterRoleBinding search-secrets gives ServiceAccount search/reconciler ClusterRole secret-reader",
		},
		"search/reconciler list secrets": {
			"! allowed: search/reconciler list secrets, cluster-wide", "next     delete ClusterRoleBinding search-secrets; ServiceAccount search/reconciler loses also: get secrets",
		},
		"kustomization/billing -n billing": { // what one grant would mend is told once
			"✗ not allowed: billing/reconciler get, create, patch, delete cronjobs.batch in billing\nalso     get, create, patch, delete configmaps in billing\n",
			"3 more checks (-o yaml names all)\nnext     correct what nearly grants it, or apply exactly this:\n",
		},
		"hr/cache":                   {"next     create ServiceAccount sandbox/helm-reconciler first"},
		"kustomization/shop -n shop": {"68 of the matrix, 67 as expected", "not delete\n"},
		"ks/shop":                    {"Kustomization shop/shop"},
		"fp401":                      {"**Asked:**"},
	} {
		code, stdout, stderr := demoCall(t, append([]string{"explain"}, strings.Fields(args)...)...)
		for _, w := range want {
			if code != 0 || !strings.Contains(stdout, w) {
				t.Errorf("%s: exit %d, %s\n%s\nwants %q", args, code, stderr, stdout, w)
			}
		}
		if strings.Count(stdout, "kind: RoleBinding\n") > 1 || strings.Contains(stdout, "create ServiceAccount") && strings.Contains(stdout, "kind: Role") {
			t.Errorf("%s: grants more than one role, or one to nobody\n%s", args, stdout)
		}
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	codes := docs.Codes()
	if len(codes) < 30 {
		t.Errorf("only %d codes: %v", len(codes), codes)
	}
	for _, code := range codes {
		if text := docs.Check(code); !strings.Contains(text, "**Why:**") || strings.Contains(text, "\n## ") {
			t.Errorf("%s: %q", code, text)
		}
	}
}
