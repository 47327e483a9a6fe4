// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// guards are texts in the words of those who wrote them, each with its source, and what refused.
var guards = []struct {
	name, text string
	want       []Guard
}{
	// k8s.io/apiserver@v0.37.2, as it answered on a server
	{
		"ValidatingAdmissionPolicy", `configmaps "bad" is forbidden: ValidatingAdmissionPolicy 'no-forbidden' with binding 'everywhere' denied request: it is forbidden`,
		[]Guard{{ValidatingAdmissionPolicy, "no-forbidden", "everywhere", "it is forbidden"}},
	},
	{
		"a policy without a binding", `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'replicas' denied request: failed to configure policy: no such parameter`,
		[]Guard{{ValidatingAdmissionPolicy, "replicas", "", "failed to configure policy: no such parameter"}},
	},
	{
		"MutatingAdmissionPolicy", `configmaps "x" is forbidden: policy 'defaults' with binding 'all' denied request: expression failed`,
		[]Guard{{MutatingAdmissionPolicy, "defaults", "all", "expression failed"}},
	},
	{"a policy in double quotes", `policy "defaults" denied request: no`, []Guard{{MutatingAdmissionPolicy, "defaults", "", "no"}}},
	{
		"a webhook", `admission webhook "validate.nginx.ingress.kubernetes.io" denied the request: host "a.example.com" and path "/" is already defined in ingress default/other`,
		[]Guard{{Webhook, "validate.nginx.ingress.kubernetes.io", "", `host "a.example.com" and path "/" is already defined in ingress default/other`}},
	},
	{"a webhook without an explanation", `admission webhook "x.example.com" denied the request without explanation`, []Guard{{Webhook, "x.example.com", "", "without explanation"}}},
	{"a webhook without dry-run", `admission webhook "real.example.com" does not support dry run`, []Guard{{WebhookNoDryRun, "real.example.com", "", ""}}},
	{
		"a webhook that is down", `Internal error occurred: failed calling webhook "webhook.cert-manager.io": failed to call webhook: Post "https://cert-manager-webhook.cert-manager.svc:443/validate?timeout=30s": no endpoints available for service "cert-manager-webhook"`,
		[]Guard{{WebhookFailed, "webhook.cert-manager.io", "", `Post "https://cert-manager-webhook.cert-manager.svc:443/validate?timeout=30s": no endpoints available for service "cert-manager-webhook"`}},
	},
	{
		"PodSecurity", `pods "bad" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)`,
		[]Guard{{PodSecurity, "restricted:latest", "", `allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)`}},
	},
	{"PodSecurity only warns", `would violate PodSecurity "restricted:latest": unrestricted capabilities`, nil},
	{
		"ResourceQuota", `configmaps "many" is forbidden: exceeded quota: few-configmaps, requested: count/configmaps=1, used: count/configmaps=0, limited: count/configmaps=0`,
		[]Guard{{ResourceQuota, "few-configmaps", "", "exceeded quota: few-configmaps, requested: count/configmaps=1, used: count/configmaps=0, limited: count/configmaps=0"}},
	},
	{
		"a quota that wants limits", `pods "web" is forbidden: failed quota: compute: must specify limits.cpu for: web; limits.memory for: web`,
		[]Guard{{ResourceQuota, "compute", "", "failed quota: compute: must specify limits.cpu for: web; limits.memory for: web"}},
	},
	{
		"a quota that is not counted yet", `pods "web" is forbidden: status unknown for quota: compute, resources: pods`,
		[]Guard{{ResourceQuota, "compute", "", "status unknown for quota: compute, resources: pods"}},
	},
	{"no quota at all", `pods "web" is forbidden: insufficient quota to consume: requests.cpu`, []Guard{{ResourceQuota, "", "", "insufficient quota to consume: requests.cpu"}}},
	{
		"LimitRange", `pods "large" is forbidden: maximum cpu usage per Container is 200m, but limit is 500m`,
		[]Guard{{LimitRange, "", "", "maximum cpu usage per Container is 200m, but limit is 500m"}},
	},
	{
		"LimitRange without a request", `pods "x" is forbidden: minimum memory usage per Container is 64Mi.  No request is specified`,
		[]Guard{{LimitRange, "", "", "minimum memory usage per Container is 64Mi. No request is specified"}},
	},
	{
		"a namespace that is deleted", `configmaps "late" is forbidden: unable to create new content in namespace apps because it is being terminated`,
		[]Guard{{Namespace, "apps", "", "unable to create new content in namespace apps because it is being terminated"}},
	},
	{"no such namespace", `namespaces "apps" not found`, []Guard{{Namespace, "apps", "", `namespaces "apps" not found`}}},
	{
		"OwnerReferencesPermissionEnforcement", `configmaps "owned" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
		[]Guard{{OwnerReferences, "", "", "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>"}},
	},
	{
		"validation", `Service "bad" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive`,
		[]Guard{{Validation, "", "", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"}},
	},
	{
		"an immutable field", `Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"new"}}: field is immutable`,
		[]Guard{{Immutable, "", "", `spec.selector: Invalid value: {"matchLabels":{"app":"new"}}: field is immutable`}},
	},
	{
		"an immutable ConfigMap", "ConfigMap \"good\" is invalid: data: Forbidden: field is immutable when `immutable` is set",
		[]Guard{{Immutable, "", "", "data: Forbidden: field is immutable when `immutable` is set"}},
	},
	{
		"a role of a binding", `RoleBinding.rbac.authorization.k8s.io "b" is invalid: roleRef: Invalid value: {"kind":"Role"}: cannot change roleRef`,
		[]Guard{{Immutable, "", "", `roleRef: Invalid value: {"kind":"Role"}: cannot change roleRef`}},
	},
	{
		"a StatefulSet", `StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden`,
		[]Guard{{Immutable, "", "", "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden"}},
	},
	{
		"a conflict", `Operation cannot be fulfilled on configmaps "x": the object has been modified; please apply your changes to the latest version and try again`,
		[]Guard{{Conflict, "", "", `Operation cannot be fulfilled on configmaps "x": the object has been modified; please apply your changes to the latest version and try again`}},
	},
	{
		"another owner of a field", `Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.a`,
		[]Guard{{Conflict, "", "", `Apply failed with 1 conflict: conflict with "kubectl" using v1: .data.a`}},
	},
	{
		"a schema", `failed to create typed patch object (apps/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema`,
		[]Guard{{Validation, "", "", "failed to create typed patch object (apps/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema"}},
	},

	// open-policy-agent/gatekeeper
	{
		"Gatekeeper", `admission webhook "validation.gatekeeper.sh" denied the request: [require-team] you must provide labels: {"team"}`,
		[]Guard{{Gatekeeper, "require-team", "", `you must provide labels: {"team"}`}},
	},
	{
		"two constraints of Gatekeeper", "admission webhook \"validation.gatekeeper.sh\" denied the request: [repos] container <web> has an invalid image repo <nginx>\n[limits] container <web> has no resource limits",
		[]Guard{{Gatekeeper, "repos", "", "container <web> has an invalid image repo <nginx>"}, {Gatekeeper, "limits", "", "container <web> has no resource limits"}},
	},
	{
		"Gatekeeper on Azure", `admission webhook "validation.gatekeeper.sh" denied the request: [denied by azurepolicy-container-allowed-images-1a2b] Container image nginx has not been allowed.`,
		[]Guard{{Gatekeeper, "azurepolicy-container-allowed-images-1a2b", "", "Container image nginx has not been allowed."}},
	},

	// kyverno/kyverno
	{
		"Kyverno", "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Deployment/default/web was blocked due to the following policies \n\ndisallow-latest-tag:\n  autogen-require-image-tag: 'validation error: An image tag is required. rule autogen-require-image-tag\n    failed at path /spec/template/spec/containers/0/image/'\n",
		[]Guard{{Kyverno, "disallow-latest-tag", "autogen-require-image-tag", "validation error: An image tag is required. rule autogen-require-image-tag failed at path /spec/template/spec/containers/0/image/"}},
	},
	{
		"several policies of Kyverno", "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/default/web was blocked due to the following policies\n\nrequire-labels:\n  team: 'validation error: team is required'\n  app: 'validation error: app is required'\nrequire-limits:\n  limits: no limits\n",
		[]Guard{
			{Kyverno, "require-labels", "team", "validation error: team is required"}, {Kyverno, "require-labels", "app", "validation error: app is required"},
			{Kyverno, "require-limits", "limits", "no limits"},
		},
	},
	{
		"Kyverno in one line", `admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/default/web was blocked due to the following policies require-labels: team: 'validation error: team is required'`,
		[]Guard{{Kyverno, "require-labels", "team", "validation error: team is required"}},
	},
	{
		"a ValidatingPolicy of Kyverno", `admission webhook "vpol.validate.kyverno.svc-fail" denied the request: Policy check-deployment-labels failed: Deployment labels must be env=prod`,
		[]Guard{{Kyverno, "check-deployment-labels", "", "Deployment labels must be env=prod"}},
	},
	{"Kyverno that mutates", `admission webhook "mutate.kyverno.svc-fail" denied the request: mutation policy add-labels error: no such key`, []Guard{{Webhook, "mutate.kyverno.svc-fail", "", "mutation policy add-labels error: no such key"}}},

	// As Flux reports it: fluxcd/pkg ssa/errors/errors.go@v0.76.2, Helm
	{
		"kustomize-controller", `ConfigMap/apps/bad dry-run failed (Invalid): configmaps "bad" is forbidden: ValidatingAdmissionPolicy 'no-forbidden' with binding 'everywhere' denied request: it is forbidden`,
		[]Guard{{ValidatingAdmissionPolicy, "no-forbidden", "everywhere", "it is forbidden"}},
	},
	{
		"kustomize-controller, without dry-run", `Ingress/apps/web dry-run failed (BadRequest): admission webhook "validate.example.com" does not support dry run`,
		[]Guard{{WebhookNoDryRun, "validate.example.com", "", ""}},
	},
	{
		"kustomize-controller, an immutable field", "Job/apps/migrate dry-run failed (Invalid): Job.batch \"migrate\" is invalid: spec.template: Invalid value: {}: field is immutable\n",
		[]Guard{{Immutable, "", "", `spec.template: Invalid value: {}: field is immutable`}},
	},
	{
		"kustomize-controller, no namespace", `ConfigMap/apps/web namespace not specified: namespaces "apps" not found`,
		[]Guard{{Namespace, "apps", "", `namespaces "apps" not found`}},
	},
	{
		"helm-controller", `Helm upgrade failed for release apps/web with chart web@1.0.0: server-side apply failed for object apps/web /v1, Kind=ConfigMap: admission webhook "validation.gatekeeper.sh" denied the request: [require-team] no team`,
		[]Guard{{Gatekeeper, "require-team", "", "no team"}},
	},
	{
		"a deletion", `ConfigMap/apps/kept delete failed: configmaps "kept" is forbidden: ValidatingAdmissionPolicy 'no-deletion' with binding 'deletions' denied request: it must stay`,
		[]Guard{{ValidatingAdmissionPolicy, "no-deletion", "deletions", "it must stay"}},
	},
	{
		"two objects", "ConfigMap/apps/a dry-run failed: admission webhook \"a.example.com\" denied the request: no\nConfigMap/apps/b dry-run failed: admission webhook \"b.example.com\" does not support dry run",
		[]Guard{{Webhook, "a.example.com", "", "no"}, {WebhookNoDryRun, "b.example.com", "", ""}},
	},
	{"what a guard says is not read", `admission webhook "x.example.com" denied the request: the Deployment is invalid: exceeded quota: q, requested: a`, []Guard{{Webhook, "x.example.com", "", "the Deployment is invalid: exceeded quota: q, requested: a"}}},

	// No guard.
	{"RBAC", `configmaps is forbidden: User "system:serviceaccount:apps:dev" cannot create resource "configmaps" in API group "" in the namespace "apps"`, nil},
	{"escalation", `roles.rbac.authorization.k8s.io "r" is forbidden: user "u" (groups=["g"]) is attempting to grant RBAC permissions not currently held: {APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, nil},
	{"a role that is not there", `roles.rbac.authorization.k8s.io "r" not found`, nil},
	{"a health check", `health check failed after 30s: timeout waiting for: [Deployment/apps/web status: 'InProgress']`, nil},
	{"nothing", ``, nil},
}

func TestGuardCorpus(t *testing.T) {
	for _, test := range guards {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Guards(test.text)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.text, diff)
			}
			// As a log of Flux has it.
			text, err := json.Marshal(map[string]string{"level": "info", "error": test.text})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, Guards(string(text))); diff != "" {
				t.Errorf("logged (-want +got):\n%s", diff)
			}
		})
	}
}
