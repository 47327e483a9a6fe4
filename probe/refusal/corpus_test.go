// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var fluxKinds = Looking("GitRepository", "OCIRepository", "HelmRepository", "HelmChart", "Bucket", "ExternalArtifact", "Kustomization",
	"HelmRelease", "Alert", "Provider", "Receiver", "ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "ArtifactGenerator", "ResourceSet")

// TestCorpus reads texts in the forms in which people meet refusals: conditions, events, logs, alerts, chats.
func TestCorpus(t *testing.T) {
	const (
		patch   = `deployments.apps "web" is forbidden: User "system:serviceaccount:apps:dev" cannot patch resource "deployments" in API group "apps" in the namespace "apps"`
		refused = "apps/dev patch deployments.apps web in apps"
		web     = "Kustomization/apps/web"
	)
	for name, tc := range map[string]struct {
		text string
		want string // refusals, then blocked references, then escalations, then objects
	}{
		"bare":                                 {patch, refused},
		"kubectl":                              {"Error from server (Forbidden): " + patch, refused},
		"condition of 2.x":                     {"Deployment/apps/web dry-run failed (Forbidden): " + patch, refused},
		"condition of 0.x":                     {"Deployment/apps/web dry-run failed, reason: Forbidden, error: " + patch, refused},
		"apply failed":                         {"Deployment/apps/web apply failed: " + patch, refused},
		"delete failed":                        {`ConfigMap/apps/a delete failed: configmaps "a" is forbidden: User "system:serviceaccount:apps:dev" cannot delete resource "configmaps" in API group "" in the namespace "apps"`, "apps/dev delete configmaps a in apps"},
		"flux get":                             {"tenants\t\tFalse\tFalse\tDeployment/apps/web dry-run failed (Forbidden): " + patch + "\t", refused},
		"flux get all":                         {"apps     \tkustomization/web  \tmain@sha1:8d6ba3e4\tFalse    \tFalse\tDeployment/apps/web dry-run failed (Forbidden): " + patch, refused + ", Kustomization/web"},
		"flux logs":                            {"2026-11-24T15:04:05.123Z error Kustomization/web.apps - Reconciliation failed after 1.2s, next try in 10m0s Deployment/apps/web dry-run failed (Forbidden): " + patch, refused + ", Kustomization/web.apps"},
		"flux events":                          {"2m34s                   Warning ReconciliationFailed Kustomization/web Deployment/apps/web dry-run failed (Forbidden): " + patch, refused + ", Kustomization/web"},
		"kubectl get events":                   {"apps   5m12s   Warning   ReconciliationFailed   kustomization/web   Deployment/apps/web dry-run failed (Forbidden): " + patch, refused + ", Kustomization/web"},
		"kubectl get ks":                       {"web    14d   False   Deployment/apps/web dry-run failed (Forbidden): " + patch, refused},
		"kubectl describe":                     {"Name:         web\nNamespace:    apps\nLabels:       <none>\nAnnotations:  <none>\nAPI Version:  kustomize.toolkit.fluxcd.io/v1\nKind:         Kustomization\nStatus:\n  Conditions:\n    Last Transition Time:  2026-11-24T15:04:05Z\n    Message:               Deployment/apps/web dry-run failed (Forbidden): " + patch + "\n    Observed Generation:   3\n    Reason:                ReconciliationFailed\n    Status:                False\n    Type:                  Ready\n", refused + ", " + web},
		"yaml":                                 {"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: web\n  namespace: apps\nstatus:\n  conditions:\n  - message: 'Deployment/apps/web dry-run failed (Forbidden): " + patch + "'\n    type: Ready\n", refused + ", " + web},
		"json log":                             {`{"level":"error","ts":"2026-11-24T15:04:05.123Z","msg":"Reconciliation failed after 1.2s, next try in 10m0s","controller":"kustomization","controllerGroup":"kustomize.toolkit.fluxcd.io","controllerKind":"Kustomization","Kustomization":{"name":"web","namespace":"apps"},"namespace":"apps","name":"web","reconcileID":"f2a4","revision":"main@sha1:8d6b","error":"Deployment/apps/web dry-run failed (Forbidden): ` + strings.ReplaceAll(patch, `"`, `\"`) + `"}`, refused + ", " + web},
		"json log in a json log":               {`{"log":"{\"level\":\"error\",\"controllerKind\":\"Kustomization\",\"namespace\":\"apps\",\"name\":\"web\",\"error\":\"` + strings.ReplaceAll(patch, `"`, `\\\"`) + `\"}\n","stream":"stderr","time":"2026-11-24T15:04:05Z"}`, refused + ", " + web},
		"container log":                        {`2026-11-24T15:04:05.123456789Z stderr F {"level":"error","error":"` + strings.ReplaceAll(patch, `"`, `\"`) + `"}`, refused},
		"klog":                                 {`W1124 15:04:05.000000       1 reflector.go:561] pkg/mod/k8s.io/client-go@v0.37.2/tools/cache/reflector.go:243: failed to list *v1.Secret: secrets is forbidden: User "system:serviceaccount:flux-system:source-controller" cannot list resource "secrets" in API group "" at the cluster scope`, "flux-system/source-controller list secrets"},
		"leases":                               {`E1124 15:04:05.000000 1 leaderelection.go:448] error retrieving resource lock flux-system/source-controller-leader-election: leases.coordination.k8s.io "source-controller-leader-election" is forbidden: User "system:serviceaccount:flux-system:source-controller" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "flux-system"`, "flux-system/source-controller get leases.coordination.k8s.io source-controller-leader-election in flux-system"},
		"Slack":                                {"kustomization/web.apps\nDeployment/apps/web dry-run failed (Forbidden): " + strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(patch) + "\nrevision\nmain@sha1:8d6b", refused + ", Kustomization/web.apps"},
		"typographic quotes":                   {strings.NewReplacer(` "`, " “", `"`, "”").Replace(patch), refused},
		"Alertmanager":                         {"[FIRING:1] ReconciliationFailure\nLabels:\n - alertname = ReconciliationFailure\n - customresource_kind = Kustomization\n - exported_namespace = apps\n - name = web\n - namespace = flux-system\n - ready = False\n", web},
		"a metric":                             {`gotk_resource_info{customresource_group="kustomize.toolkit.fluxcd.io", customresource_kind="Kustomization", exported_namespace="apps", name="web", namespace="flux-system", ready="False", suspended="false"} 1`, web},
		"an older metric":                      {`gotk_reconcile_condition{kind="HelmRelease",name="cache",namespace="apps",status="False",type="Ready"} 1`, "HelmRelease/apps/cache"},
		"an event of a webhook":                {`{"involvedObject":{"kind":"Kustomization","namespace":"apps","name":"web","uid":"1"},"severity":"error","message":"` + strings.ReplaceAll(patch, `"`, `\"`) + `","reason":"ReconciliationFailed"}`, refused + ", " + web},
		"colours":                              {"\x1b[31m✗\x1b[0m Kustomization/apps/web: \x1b[1mDeployment/apps/web\x1b[0m dry-run failed: " + patch, refused + ", " + web},
		"colours in json":                      {`{"message":"\u001b[31m` + strings.ReplaceAll(patch, `"`, `\"`) + `\u001b[0m"}`, refused},
		"a quoted mail":                        {"> Deployment/apps/web dry-run failed (Forbidden): deployments.apps \"web\" is\n> forbidden: User \"system:serviceaccount:apps:dev\" cannot patch resource\n> \"deployments\" in API group \"apps\" in the namespace \"apps\"\n", refused},
		"a box":                                {"│ Error: deployments.apps \"web\" is forbidden: User\n│ \"system:serviceaccount:apps:dev\" cannot patch resource \"deployments\" in\n│ API group \"apps\" in the namespace \"apps\"\n", refused},
		"wrapped inside a name":                {strings.Replace(patch, "serviceaccount:apps", "serviceaccount:\n    apps", 1), refused},
		"Windows":                              {"Kustomization/apps/web\r\n" + strings.ReplaceAll(patch, " cannot ", "\r\ncannot "), refused + ", " + web},
		"html":                                 {"<td>" + strings.ReplaceAll(patch, `"`, "&#34;") + "</td>", refused},
		"twice":                                {patch + "\n" + patch, refused},
		"two":                                  {patch + "; " + strings.ReplaceAll(patch, "patch", "create"), refused + ", apps/dev create deployments.apps web in apps"},
		"reasons of RBAC":                      {patch + `: RBAC: role.rbac.authorization.k8s.io "dev" not found`, refused},
		"Azure":                                {patch + `: User does not have access to the resource in Azure. Update role assignment to allow access.`, refused},
		"without a name":                       {`pods is forbidden: User "system:serviceaccount:apps:dev" cannot list resource "pods" in API group "" in the namespace "apps"`, "apps/dev list pods in apps"},
		"cluster scope":                        {`ClusterRoleBinding/x apply failed: clusterrolebindings.rbac.authorization.k8s.io "x" is forbidden: User "system:serviceaccount:flux-system:default" cannot patch resource "clusterrolebindings" in API group "rbac.authorization.k8s.io" at the cluster scope...`, "flux-system/default patch clusterrolebindings.rbac.authorization.k8s.io x"},
		"its own Namespace":                    {`Namespace/apps dry-run failed (Forbidden): namespaces "apps" is forbidden: User "system:serviceaccount:flux-system:default" cannot patch resource "namespaces" in API group "" in the namespace "apps"`, "flux-system/default patch namespaces apps in apps"},
		"subresource":                          {`failed to create kubernetes token for service account 'apps/dev': serviceaccounts "dev" is forbidden: User "system:serviceaccount:flux-system:source-controller" cannot create resource "serviceaccounts/token" in API group "" in the namespace "apps"`, "flux-system/source-controller create serviceaccounts/token dev in apps"},
		"a path":                               {`failed to get server groups: forbidden: User "system:serviceaccount:apps:dev" cannot get path "/apis"`, "apps/dev get /apis"},
		"impersonation":                        {`serviceaccounts "dev" is forbidden: User "system:serviceaccount:flux-system:kustomize-controller" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "apps"`, "flux-system/kustomize-controller impersonate serviceaccounts dev in apps"},
		"constrained impersonation":            {`configmaps is forbidden: User "system:serviceaccount:flux-system:helm-controller" cannot impersonate-on:serviceaccount:list resource "configmaps" in API group "" in the namespace "apps"`, "flux-system/helm-controller impersonate-on:serviceaccount:list configmaps in apps"},
		"Helm":                                 {`Helm install failed for release apps/cache with chart redis@1.0.0: query: failed to query with labels: secrets is forbidden: User "system:serviceaccount:apps:dev" cannot list resource "secrets" in API group "" in the namespace "apps"`, "apps/dev list secrets in apps"},
		"a user":                               {`pods is forbidden: User "jane.doe@example.com" cannot list resource "pods" in API group "" in the namespace "apps"`, "User jane.doe@example.com list pods in apps"},
		"a user with a space":                  {`pods is forbidden: User "Jane Doe" cannot list resource "pods" in API group "" in the namespace "apps"`, "User Jane Doe list pods in apps"},
		"audit":                                {`{"kind":"Event","apiVersion":"audit.k8s.io/v1","responseStatus":{"status":"Failure","message":"` + strings.ReplaceAll(patch, `"`, `\"`) + `","reason":"Forbidden","code":403}}`, refused},
		"blocked by a flag":                    {`can't access 'GitRepository/platform/fleet', cross-namespace references have been blocked`, "blocked GitRepository platform/fleet, GitRepository/platform/fleet"},
		"blocked HelmChart":                    {`cross-namespace references are not allowed: cannot access HelmChart platform/apps-cache`, "blocked HelmChart platform/apps-cache, HelmChart/platform/apps-cache"},
		"a role":                               {"Role/apps/dev dry-run failed (Forbidden): roles.rbac.authorization.k8s.io \"dev\" is forbidden: user \"system:serviceaccount:apps:dev\" (groups=[\"system:serviceaccounts\" \"system:serviceaccounts:apps\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"pods\" \"pods/log\"], Verbs:[\"get\"]}\n{APIGroups:[\"apps\"], Resources:[\"deployments\"], ResourceNames:[\"web\"], Verbs:[\"patch\"]}", "escalation of apps/dev at roles apps/dev: get pods in apps; get pods/log in apps; patch deployments.apps web in apps"},
		"a role in json":                       {`{"error":"ClusterRole/x dry-run failed (Forbidden): clusterroles.rbac.authorization.k8s.io \"x\" is forbidden: user \"system:serviceaccount:apps:dev\" (groups=[\"system:serviceaccounts\"]) is attempting to grant RBAC permissions not currently held:\n{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}; resolution errors: [x]"}`, "escalation of apps/dev at clusterroles x: get /metrics"},
		"two objects":                          {"HelmRelease/apps/cache depends on 'HelmRelease' 'apps/db'; kustomization.kustomize.toolkit.fluxcd.io/web annotated", "HelmRelease/apps/cache, HelmRelease/apps/db, Kustomization/web"},
		"cut off":                              {patch[:len(patch)-8] + "…", ""},
		"cut off before the scope":             {patch[:strings.Index(patch, " in the namespace")], ""},
		"the quotes lost in a shell":           {strings.ReplaceAll(patch, `"`, ""), refused},
		"the quotes lost, core group, no name": {`pods is forbidden: User system:serviceaccount:apps:dev cannot list resource pods in API group  in the namespace apps: no`, "apps/dev list pods in apps"},
		"the quotes lost, a path":              {`User system:serviceaccount:apps:dev cannot get path /apis: no`, "apps/dev get /apis"},
		"not a refusal":                        {"Deployment/apps/web dry-run failed: admission webhook \"validate.kyverno.svc-fail\" denied the request: no", ""},
		"nothing":                              {"Sent an alert. Kustomization failed, see the dashboard.", ""},
		"empty":                                {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, outline(tc.text)); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", tc.text, diff)
			}
			if want := strings.HasPrefix(name, "cut off"); CutOff(tc.text) != want {
				t.Errorf("cut off is %v, want %v", !want, want)
			}
		})
	}
}

// outline is what a text says, on one line.
func outline(text string) string {
	var all []string
	for _, r := range Parse(text) {
		all = append(all, r.Subject.String()+" "+r.Access.String())
	}
	for _, r := range Blocked(text) {
		all = append(all, "blocked "+r.String())
	}
	for _, e := range Escalations(text) {
		at := e.Resource + " " + strings.TrimPrefix(e.Namespace+"/"+e.Name, "/")
		var lacks []string
		for _, a := range e.Accesses() {
			lacks = append(lacks, a.String())
		}
		all = append(all, "escalation of "+e.Subject.String()+" at "+at+": "+strings.Join(lacks, "; "))
	}
	for _, o := range fluxKinds.Find(text) {
		all = append(all, o.String())
	}
	return strings.Join(all, ", ")
}

// FuzzText wants no panic, and nothing that is not in the text.
func FuzzText(f *testing.F) {
	f.Add(`Kustomization/apps/web: User "a" cannot get path "/x"`)
	f.Add(`{"Kustomization":{"name":"web","namespace":"apps"}}`)
	f.Add(`roles.rbac.authorization.k8s.io "x" is forbidden: user "a" (groups=["b"]) is attempting to grant RBAC permissions not currently held: {APIGroups:[""], Resources:["a"], Verbs:["get"]}`)
	f.Add("can't access 'GitRepository/a/b', cross-namespace references have been blocked")
	f.Fuzz(func(t *testing.T, text string) {
		plain := unwrapped(Plain(text))
		in := func(parts ...string) {
			for _, part := range parts {
				if !strings.Contains(plain, unwrapped(part)) {
					t.Errorf("%q is not in %q", part, text)
				}
			}
		}
		for _, r := range Parse(text) {
			in(r.Subject.Name, r.Access.Verb, r.Access.Group, r.Access.Resource, r.Access.Subresource, r.Access.Namespace, r.Access.Name, r.Access.Path)
		}
		for _, e := range Escalations(text) {
			in(e.Subject.Name, e.Resource, e.Name, e.Namespace)
			for _, a := range e.Accesses() {
				in(a.Verb, a.Group, a.Resource, a.Subresource, a.Name, a.Path)
			}
		}
		for _, r := range Blocked(text) {
			in(r.Kind, r.Namespace, r.Name)
		}
		for _, o := range fluxKinds.Find(text) {
			in(strings.Split(o.Path, "/")...)
			if !slices.Contains(fluxKinds.kinds, o.Kind) {
				t.Errorf("%q is not a kind", o.Kind)
			}
		}
		CutOff(text)
	})
}
