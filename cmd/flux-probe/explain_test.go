// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/scan"
)

// demoCall runs a command on the manifests of the demo.
func demoCall(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return call(t, string(scan.DemoManifests()), append([]string{"--manifests", "-"}, args...)...)
}

func TestExplainRefusesTypos(t *testing.T) {
	for args, want := range map[string]string{
		"billing/reconcilr get pods -n billing":           "service account billing/reconcilr does not exist; did you mean billing/reconciler?",
		"biling/reconciler get pods":                      "did you mean billing/reconciler or ",
		"reconciler get pods":                             `"reconciler" is not a service account: use NAMESPACE/NAME`,
		"billing/reconciler get podz":                     `there is no resource "podz"; did you mean pods?`,
		"billing/reconciler get deployments":              "",
		"billing/reconciler get deployments.batch":        `there is no resource "deployments.batch"; did you mean deployments.apps?`,
		"billing/reconciler remove pods":                  `"remove" is not a verb of pods: use one of create, `,
		"billing/reconciler delte pods":                   `"delte" is not a verb of pods; did you mean delete?`,
		"billing/reconciler get nodes -n billing":         "nodes is not a namespaced resource: leave out -n billing",
		"billing/reconciler list pods/web/log":            `pods has no subresource "web"`,
		"billing/reconciler list pods/log":                `"list" is not a verb of pods`,
		"billing/reconciler frob /healthz":                `"frob" is not a verb of URLs`,
		"kustomization/shp -n shop":                       "there is no kustomization/shp in namespace shop",
		"kustomization/shop -n billing":                   "there is no kustomization/shop in namespace billing, but there is one in shop",
		"kustomisation/shop":                              `"kustomisation" is not a kind of Flux object`,
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
	for args, want := range map[string]matrix.Access{
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
		var e explain.Report
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
			"nearly   RoleBinding billing/deployer grants it to ServiceAccount billing/reconcilier", "check    FP401 error wants allow", "- cronjobs\n",
		},
		"search/reconciler get secrets -n shop": {
			"granted  ClusterRoleBinding search-secrets grants ClusterRole secret-reader to ServiceAccount search/reconciler",
		},
		"search/reconciler list secrets": {
			"! allowed: search/reconciler list secrets, cluster-wide", "next     delete ClusterRoleBinding search-secrets; ServiceAccount search/reconciler also loses: get secrets",
		},
		"kustomization/billing -n billing": { // what one grant would mend is told once
			"✗ not allowed: billing/reconciler get, create, patch, delete cronjobs.batch in billing\nalso     get, create, patch, delete configmaps in billing\n",
			"4 more checks (-o yaml names all)\nnext     correct what nearly grants it, or apply exactly this:\n",
		},
		"hr/cache":                   {"next     create ServiceAccount sandbox/helm-reconciler first"},
		"kustomization/shop -n shop": {"68 of the matrix, 67 as expected", "not delete\n"},
		"ks/shop":                    {"Kustomization shop/shop"},
		"fp401":                      {"FP401: An account can apply and prune the objects of an inventory\n\nAsked: "},
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

// TestExplainOffersOnlyWhatIsNeeded asks about accesses that no check is about: neither answer is praised
// or blamed, and no role is printed unless it is asked for. A check that asks about a wider access covers
// the narrower one.
func TestExplainOffersOnlyWhatIsNeeded(t *testing.T) {
	for args, want := range map[string][]string{
		"shop/reconciler get pods":         {"checks   No check needs this access.\n", "\n• not allowed: shop/reconciler get pods, cluster-wide\n"},
		"shop/reconciler get pods --ascii": {"\n* not allowed: "},
		"shop/reconciler * *":              {"\n• not allowed: shop/reconciler * (every verb) *.* (all resources of all groups)"},
		"shop/reconciler list deployments.apps -n shop": {
			"checks   No check needs this access, and none forbids it.\n", "\n• allowed: shop/reconciler list deployments.apps in shop\n",
		},
		"shop/reconciler get secrets -n billing": {
			"checks   1 of the matrix, 1 as expected\n", "\n– denied, as FP502 requires: shop/reconciler get secrets in billing\n", "(it asks about get secrets, cluster-wide)",
		},
		"shop/reconciler get secrets -n billing --grant":    {"next     no role is suggested: FP502 forbids this access\n"},
		"search/reconciler get secrets -n shop":             {"\n! allowed: ", "check    FP502 error wants deny", "next     delete ClusterRoleBinding search-secrets"},
		"search/reconciler get secrets -n search":           {"\n• allowed: "},
		"shop/default get configmaps -n shop":               {"\n– denied, as FP505 requires: "},
		"flux-system/source-controller get secrets -n shop": {"\n✓ allowed: ", "check    FP101 error wants allow"},
	} {
		code, stdout, stderr := demoCall(t, append([]string{"explain"}, strings.Fields(args)...)...)
		for _, w := range want {
			if code != 0 || !strings.Contains(stdout, w) {
				t.Errorf("%s: exit %d, %s\n%s\nwants %q", args, code, stderr, stdout, w)
			}
		}
		if strings.Contains(stdout, "kind: ") || strings.Contains(stdout, "✗") {
			t.Errorf("%s: what no check needs is missing, or is granted\n%s", args, stdout)
		}
	}
	_, stdout, stderr := demoCall(t, "explain", "shop/reconciler", "get", "pods", "-n", "shop", "--grant")
	if !strings.Contains(stdout, "next     apply exactly this:\n") || !strings.Contains(stdout, "  name: flux-probe:shop:reconciler\n") {
		t.Errorf("--grant prints no role: %s%s", stdout, stderr)
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
