// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// guardForm is a text, who wrote it like this, and what Guards finds in it, one a line.
type guardForm struct{ name, source, text, want string }

const (
	policies  = "k8s.io/apiserver pkg/admission/plugin/policy/validating/dispatcher.go"
	hooks     = "k8s.io/apiserver pkg/admission/plugin/webhook/errors/statuserror.go"
	calls     = "k8s.io/apiserver pkg/util/webhook/error.go"
	quotas    = "k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go"
	limits    = "k8s.io/kubernetes plugin/pkg/admission/limitranger/admission.go"
	lifecycle = "k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go"
	owners    = "k8s.io/kubernetes plugin/pkg/admission/gc/gc_admission.go"
	apierrors = "k8s.io/apimachinery pkg/api/errors/errors.go"
	gatekeep  = "open-policy-agent/gatekeeper pkg/webhook/policy.go"
	block     = "kyverno/kyverno pkg/webhooks/utils/block.go"
	vpol      = "kyverno/kyverno pkg/webhooks/resource/vpol/handler.go"
	flux      = "fluxcd/pkg ssa/errors/dryrun.go"

	labelled1 = `deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'require-labels' with binding 'prod' denied request: label team is missing`
	label1    = "ValidatingAdmissionPolicy require-labels (binding prod) refused it: label team is missing"
	latest    = "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/apps/web was blocked due to the following policies \n\ndisallow-latest:\n  require-tag: 'validation error: An image tag is required. rule require-tag failed at\n    path /spec/containers/0/image/'\n"
	latest1   = "Kyverno policy disallow-latest (rule require-tag) refused it: validation error: An image tag is required. rule require-tag failed at path /spec/containers/0/image/"
	refused   = `deployments.apps "web" is forbidden: User "system:serviceaccount:apps:dev" cannot patch resource "deployments" in API group "apps" in the namespace "apps"`
)

var guardForms = []guardForm{
	{"a policy", policies, labelled1, label1},
	{"a policy in kubectl", "kubectl writes Invalid in its own words", `The deployments "web" is invalid: : ValidatingAdmissionPolicy 'require-labels' with binding 'prod' denied request: label team is missing`, label1},
	{"a policy without a binding", policies, `configmaps "x" is forbidden: ValidatingAdmissionPolicy 'p.example.com' denied request: failed to configure policy: no params found`, "ValidatingAdmissionPolicy p.example.com refused it: failed to configure policy: no params found"},
	{"a policy in Flux", flux, "Deployment/apps/web dry-run failed (Invalid): " + labelled1, label1},
	{"a policy in Flux 0.x", flux, "Deployment/apps/web dry-run failed, reason: Invalid, error: " + labelled1, label1},
	{"a policy in Helm", "helm.sh/helm pkg/action/upgrade.go", `Helm upgrade failed for release apps/web with chart web@1.0.0: failed to create resource: server-side apply failed for object apps/web apps/v1, Kind=Deployment: ` + labelled1, label1},
	{"a policy in JSON", "kustomize-controller log", `{"level":"error","msg":"Reconciliation failed","name":"web","error":"Deployment/apps/web dry-run failed (Invalid): ` + strings.ReplaceAll(labelled1, `"`, `\"`) + `","stacktrace":"main"}`, label1},
	{"a policy in JSON in JSON", "container log", `{"log":"{\"level\":\"error\",\"error\":\"` + strings.ReplaceAll(labelled1, `"`, `\\\"`) + `\"}\n","stream":"stderr"}`, label1},
	{"a policy in a Status", "the API server's own body", `{"kind":"Status","message":"` + strings.ReplaceAll(labelled1, `"`, `\"`) + `","reason":"Invalid","details":{"causes":[{"message":"ValidatingAdmissionPolicy 'require-labels' with binding 'prod' denied request: label team is missing"}]},"code":422}`, label1},
	{"a policy in YAML", "kubectl get -o yaml", "status:\n  conditions:\n  - lastTransitionTime: \"2026-11-24T15:04:05Z\"\n    message: 'Deployment/apps/web dry-run failed (Invalid): " + strings.ReplaceAll(strings.ReplaceAll(labelled1, "'", "''"), " label team", "\n      label team") + "'\n    observedGeneration: 3\n    reason: ReconciliationFailed\n    status: \"False\"\n    type: Ready\n", label1},
	{"a policy in describe", "kubectl describe", "    Last Transition Time:  2026-11-24T15:04:05Z\n    Message:               Deployment/apps/web dry-run failed (Invalid): " + labelled1 + "\n    Observed Generation:   3\n    Reason:                ReconciliationFailed\n", label1},
	{"a policy in a shell", "the quotation marks are lost", strings.NewReplacer(`"`, "", "'", "").Replace(labelled1), label1},
	{"a policy in a mail", "quoted and wrapped", "> Deployment/apps/web dry-run failed (Invalid): deployments.apps \"web\" is forbidden:\n> ValidatingAdmissionPolicy 'require-labels' with binding\n> 'prod' denied request: label team\n> is missing\n", label1},
	{"a policy in HTML", "a page", strings.NewReplacer(`"`, "&quot;", "'", "&#39;").Replace(labelled1), label1},
	{"a mutating policy", "k8s.io/apiserver pkg/admission/plugin/policy/generic/policy_dispatcher.go", `policy 'add-labels' with binding 'all' denied request: expression 'Object{}' resulted in error: no such key: labels`, "MutatingAdmissionPolicy add-labels (binding all) refused it: expression 'Object{}' resulted in error: no such key: labels"},
	{"a mutating policy without a binding", "k8s.io/apiserver pkg/admission/plugin/policy/generic/policy_dispatcher.go", `policy "add-labels" denied request: failed to configure policy: x`, "MutatingAdmissionPolicy add-labels refused it: failed to configure policy: x"},

	{"Gatekeeper", gatekeep, `Error from server (Forbidden): admission webhook "validation.gatekeeper.sh" denied the request: [ns-must-have-gk] you must provide labels: {"gatekeeper"}`, `Gatekeeper constraint ns-must-have-gk refused it: you must provide labels: {"gatekeeper"}`},
	{"Gatekeeper before 3.6", "open-policy-agent/gatekeeper issue 1167", `admission webhook "validation.gatekeeper.sh" denied the request: [denied by workloads-require-owner] All workloads must have a valid label`, "Gatekeeper constraint workloads-require-owner refused it: All workloads must have a valid label"},
	{"several constraints", gatekeep, "Pod/apps/web dry-run failed (Forbidden): admission webhook \"validation.gatekeeper.sh\" denied the request: [no-root] runAsNonRoot [true] is required\n[repos] container <web> has an invalid image repo <x>, allowed repos are [\"harbor.example.com\"]", "Gatekeeper constraint no-root refused it: runAsNonRoot [true] is required\nGatekeeper constraint repos refused it: container <web> has an invalid image repo <x>, allowed repos are [\"harbor.example.com\"]"},
	{"several constraints in JSON", gatekeep, `{"error":"Pod/apps/web dry-run failed (Forbidden): admission webhook \"validation.gatekeeper.sh\" denied the request: [no-root] a\n[repos] b {\"x\"}","level":"error"}`, "Gatekeeper constraint no-root refused it: a\nGatekeeper constraint repos refused it: b {\"x\"}"},
	{"Gatekeeper without a constraint", gatekeep, `admission webhook "validation.gatekeeper.sh" denied the request: Using hostPort is disallowed.`, "Gatekeeper refused it: Using hostPort is disallowed."},
	{"Gatekeeper's own labels", "open-policy-agent/gatekeeper pkg/webhook/namespacelabel.go", `admission webhook "check-ignore-label.gatekeeper.sh" denied the request: Only exempt namespace can have the admission.gatekeeper.sh/ignore label`, "webhook check-ignore-label.gatekeeper.sh refused it: Only exempt namespace can have the admission.gatekeeper.sh/ignore label"},
	{"Azure Policy", "learn.microsoft.com", `Error from server (Forbidden): error when creating "nginx-privileged.yaml": admission webhook "validation.gatekeeper.sh" denied the request: [azurepolicy-k8sazurev2noprivilege-9759592fafca] Privileged container is not allowed: nginx-privileged`, "Gatekeeper constraint azurepolicy-k8sazurev2noprivilege-9759592fafca refused it: Privileged container is not allowed: nginx-privileged"},

	{"Kyverno", block, latest, latest1},
	{"Kyverno on one line", "flux get, which loses line breaks", "Pod/apps/web dry-run failed: " + strings.ReplaceAll(latest, "\n", " "), latest1},
	{"Kyverno in JSON", block, `{"error":"Pod/apps/web dry-run failed: ` + strings.NewReplacer("\n", `\n`, `"`, `\"`).Replace(latest) + `","level":"error"}`, latest1},
	{"Kyverno, several", block, "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Deployment/default/nginx was blocked due to the following policies \n\na-privileged:\n  check-1: 'validation error: Privileged containers are not allowed.\n    rule check-1 failed at path /spec/containers/'\nb-labels:\n  check-2: 'validation error: The label ''team'' is required'\n  check-3: no label\n", "Kyverno policy a-privileged (rule check-1) refused it: validation error: Privileged containers are not allowed. rule check-1 failed at path /spec/containers/\nKyverno policy b-labels (rule check-2) refused it: validation error: The label 'team' is required\nKyverno policy b-labels (rule check-3) refused it: no label"},
	{"Kyverno verifies images", "kyverno/kyverno issue tracker", "Error from server: admission webhook \"mutate.kyverno.svc-fail\" denied the request:\n\nresource Pod/default/demo was blocked due to the following policies\n\ncheck-image:\n  verify: 'failed to verify image docker.io/nginx:latest: .attestors[0].entries[0].keyless:\n    no matching signatures found'\n", "Kyverno policy check-image (rule verify) refused it: failed to verify image docker.io/nginx:latest: .attestors[0].entries[0].keyless: no matching signatures found"},
	{"Kyverno ValidatingPolicy", vpol, `admission webhook "vpol.validate.kyverno.svc-fail" denied the request: Policy check-labels failed: label 'environment' is required`, "Kyverno policy check-labels refused it: label 'environment' is required"},
	{"Kyverno ValidatingPolicies", vpol, `admission webhook "vpol.validate.kyverno.svc-fail" denied the request: Policy a failed: x; y; Policy b error: z`, "Kyverno policy a refused it: x; y\nKyverno policy b refused it: z"},
	{"Kyverno ImageValidatingPolicy", vpol, `admission webhook "ivpol.validate.kyverno.svc-fail-finegrained-verify-images-prod" denied the request: Policy verify-images-prod failed: the image is not signed`, "Kyverno policy verify-images-prod refused it: the image is not signed"},
	{"Kyverno's own policies", "kyverno/kyverno issue 10008", "Helm install failed for release kyverno/policies with chart kyverno-policies@v0.0.1: 1 error occurred:\n\t* admission webhook \"validate-policy.kyverno.svc\" denied the request: path: spec.rules[0].mutate.targets.: auth check fails, cannot update/v1/Namespace in namespace\n\n", "webhook validate-policy.kyverno.svc refused it: path: spec.rules[0].mutate.targets.: auth check fails, cannot update/v1/Namespace in namespace"},

	{"a webhook", hooks, `Certificate/apps/x dry-run failed (Forbidden): admission webhook "webhook.cert-manager.io" denied the request: spec.issuerRef.name: Required value`, "webhook webhook.cert-manager.io refused it: spec.issuerRef.name: Required value"},
	{"a silent webhook", hooks, `admission webhook "x.example.com" denied the request without explanation`, "webhook x.example.com refused it: without explanation"},
	{"several of Helm", "helm.sh/helm joins errors", "Helm upgrade failed for release a/b with chart c@1: 2 errors occurred:\n\t* admission webhook \"a.example.com\" denied the request: no\n\t* admission webhook \"b.example.com\" denied the request: never\n\n", "webhook a.example.com refused it: no\nwebhook b.example.com refused it: never"},
	{"a webhook without dry run", "fluxcd/flux2 issue 1927", `Elasticsearch/logging/elasticsearch dry-run failed, reason: BadRequest, error: admission webhook "elastic-es-validation-v1.k8s.elastic.co" does not support dry run`, "webhook elastic-es-validation-v1.k8s.elastic.co does not support dry run"},
	{"a webhook without side effects", "k8s.io/apiserver pkg/admission/plugin/webhook/validating/dispatcher.go", `Internal error occurred: failed calling webhook "x.example.com": Webhook SideEffects is nil`, "webhook x.example.com does not support dry run: Webhook SideEffects is nil"},
	{"a webhook that is down", calls, `Ingress/apps/web dry-run failed (InternalError): Internal error occurred: failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: Post "https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses?timeout=10s": dial tcp 10.0.0.1:443: connect: connection refused`, `webhook validate.nginx.ingress.kubernetes.io could not be called: Post "https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses?timeout=10s": dial tcp 10.0.0.1:443: connect: connection refused`},
	{"a webhook that is down, in JSON", calls, `{"error":"failed calling webhook \"x.example.com\": failed to call webhook: Post \"https://x.y.svc:443/?timeout=10s\": context deadline exceeded","level":"error"}`, `webhook x.example.com could not be called: Post "https://x.y.svc:443/?timeout=10s": context deadline exceeded`},
	{"a webhook without details", calls, `failed calling webhook "x.example.com"; no further details available`, "webhook x.example.com could not be called: no further details available"},

	{"PodSecurity", "k8s.io/pod-security-admission admission/admission.go", `Error creating: pods "web-0" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true`, `PodSecurity "restricted:latest" refused it: allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true`},
	{"PodSecurity of a version", "k8s.io/pod-security-admission admission/admission.go", `pods "x" is forbidden: violates PodSecurity "baseline:v1.30": privileged (container "x" must not set securityContext.privileged=true)`, `PodSecurity "baseline:v1.30" refused it: privileged (container "x" must not set securityContext.privileged=true)`},
	{"a quota", quotas, `ConfigMap/apps/x dry-run failed (Forbidden): configmaps "x" is forbidden: exceeded quota: compute.small, requested: count/configmaps=1, used: count/configmaps=5, limited: count/configmaps=5`, "ResourceQuota compute.small refused it: exceeded quota: compute.small, requested: count/configmaps=1, used: count/configmaps=5, limited: count/configmaps=5"},
	{"a quota of what is not said", quotas, `pods "x" is forbidden: failed quota: compute: must specify cpu for: web; memory for: web`, "ResourceQuota compute refused it: failed quota: compute: must specify cpu for: web; memory for: web"},
	{"a quota without a status", quotas, `pods "x" is forbidden: status unknown for quota: compute, resources: pods`, "ResourceQuota compute refused it: status unknown for quota: compute, resources: pods"},
	{"no quota", quotas, `pods "x" is forbidden: insufficient quota to consume: requests.nvidia.com/gpu`, "ResourceQuota refused it: insufficient quota to consume: requests.nvidia.com/gpu"},
	{"a maximum", limits, `pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 2`, "a LimitRange refused it: maximum cpu usage per Container is 1, but limit is 2"},
	{"minimum and maximum", limits, `pods "x" is forbidden: [minimum memory usage per Pod is 1Gi.  No request is specified, maximum cpu usage per Pod is 1, but limit is 2]`, "a LimitRange refused it: minimum memory usage per Pod is 1Gi. No request is specified, maximum cpu usage per Pod is 1, but limit is 2"},
	{"a ratio", limits, `pods "x" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`, "a LimitRange refused it: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"},
	{"a namespace that goes", lifecycle, `ConfigMap/old/x dry-run failed (Forbidden): configmaps "x" is forbidden: unable to create new content in namespace old because it is being terminated`, "namespace old is being terminated"},
	{"no namespace", flux, `ConfigMap/apps/x not found: namespaces "apps" not found`, "namespace apps does not exist"},
	{"an owner", owners, `deployments.apps "x" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`, "OwnerReferencesPermissionEnforcement refused it: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>"},
	{"an owner of what exists", owners, `pods "x" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`, "OwnerReferencesPermissionEnforcement refused it: cannot set an ownerRef on a resource you can't delete: , <nil>"},
	{"a security context constraint", "OpenShift", `pods "x-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]`, `an admission plugin of the API server refused it: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]`},
	{"no account", "k8s.io/kubernetes plugin/pkg/admission/serviceaccount/admission.go", `Error creating: pods "web-" is forbidden: error looking up service account apps/web: serviceaccount "web" not found`, `an admission plugin of the API server refused it: error looking up service account apps/web: serviceaccount "web" not found`},
	{"no PriorityClass", "k8s.io/kubernetes plugin/pkg/admission/priority/admission.go", `pods "x" is forbidden: no PriorityClass with name high was found`, "an admission plugin of the API server refused it: no PriorityClass with name high was found"},

	{"validation", apierrors, `Deployment/apps/web dry-run failed (Invalid): Deployment.apps "web" is invalid: spec.template.spec.containers[0].image: Required value`, "the API server found it invalid: spec.template.spec.containers[0].image: Required value"},
	{"validation in kubectl", apierrors, "The Deployment \"web\" is invalid: \n* spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`\n* spec.x: no\n", "the API server found it invalid: spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels` * spec.x: no"},
	{"a field that does not exist", "fluxcd/flux2 discussions", `ConfigMap/apps/x dry-run failed: failed to create typed patch object (apps/x; /v1, Kind=ConfigMap): .spec: field not declared in schema`, "the API server found it invalid: failed to create typed patch object (apps/x; /v1, Kind=ConfigMap): .spec: field not declared in schema"},
	{"strict decoding", "k8s.io/apimachinery pkg/runtime/error.go", `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"`, `the API server found it invalid: Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"`},
	{"an immutable field", "k8s.io/apimachinery pkg/api/validation/objectmeta.go", `Deployment/apps/web dry-run failed (Invalid): Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable`, `it changes what is immutable: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable`},
	{"a roleRef", "k8s.io/kubernetes pkg/apis/rbac/validation/validation.go", `RoleBinding.rbac.authorization.k8s.io "dev" is invalid: roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"a"}: cannot change roleRef`, `it changes what is immutable: roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"a"}: cannot change roleRef`},
	{"a StatefulSet", "k8s.io/kubernetes pkg/apis/apps/validation/validation.go", `Helm upgrade failed for release apps/db with chart db@2.0.0: cannot patch "db" with kind StatefulSet: StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template' are forbidden`, "it changes what is immutable: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template' are forbidden"},
	{"a conflict of fields", "k8s.io/apimachinery pkg/util/managedfields/internal/conflict.go", "Apply failed with 2 conflicts: conflicts with \"kubectl\" using apps/v1:\n- .spec.replicas\n- .spec.paused", "it conflicts with another change: Apply failed with 2 conflicts: conflicts with \"kubectl\" using apps/v1: - .spec.replicas - .spec.paused"},
	{"a conflict of versions", apierrors, `Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again`, `it conflicts with another change: Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again`},

	{"a guard inside of a guard", hooks, `admission webhook "a.example.com" denied the request: pods "x" is forbidden: exceeded quota: q, requested: failed calling webhook "b.example.com": no`, `webhook a.example.com refused it: pods "x" is forbidden: exceeded quota: q, requested: failed calling webhook "b.example.com": no`},
	{"a guard inside of validation", apierrors, `ConfigMap "x" is invalid: data: Invalid value: "admission webhook \"a\" denied the request: no": too long`, `the API server found it invalid: data: Invalid value: "admission webhook "a" denied the request: no": too long`},
	{"two lines of a log", "flux logs", "2026-11-24T15:04:05.123Z error Kustomization/web.apps - Reconciliation failed after 1.2s, next try in 10m0s Deployment/apps/web dry-run failed (Invalid): " + labelled1 + "\n2026-11-24T15:05:05.123Z error Kustomization/web.apps - Reconciliation failed after 1.2s, next try in 10m0s Pod/apps/web dry-run failed: admission webhook \"a.example.com\" denied the request: no\n", label1 + "\nwebhook a.example.com refused it: no"},
	{"two rows of a table", "flux get", "web  \tmain@sha1:8d6b\tFalse\tFalse\tDeployment/apps/web dry-run failed (Invalid): " + labelled1 + "\t\ndb   \tmain@sha1:8d6b\tFalse\tFalse\tPod/apps/db dry-run failed: admission webhook \"a.example.com\" denied the request: no\t\n", label1 + "\nwebhook a.example.com refused it: no"},
	{"twice", policies, labelled1 + "\nError from server: " + labelled1, label1},
	{"behind a refusal by RBAC", "two objects of Flux", "Deployment/apps/web dry-run failed (Forbidden): " + refused + "\nPod/apps/x dry-run failed: admission webhook \"a.example.com\" denied the request: no", "webhook a.example.com refused it: no"},
	{"cut off in what it says", "an event, shortened", labelled1[:len(labelled1)-8] + "...", "ValidatingAdmissionPolicy require-labels (binding prod) refused it: label team is..."},
	{"cut off before the policy", "an event, shortened", labelled1[:strings.Index(labelled1, " denied")], "an admission plugin of the API server refused it: ValidatingAdmissionPolicy 'require-labels' with binding 'prod'"},
	{"cut off before the webhook did anything", "an event, shortened", `admission webhook "a.example.com" de`, ""},

	{"RBAC", "k8s.io/apiserver pkg/endpoints/handlers/responsewriters/errors.go", "Deployment/apps/web dry-run failed (Forbidden): " + refused, ""},
	{"RBAC without quotation marks", "lost in a shell", strings.ReplaceAll(refused, `"`, ""), ""},
	{"RBAC, cut off", "an event, shortened", refused[:38] + "…", ""},
	{"RBAC, cut off at once", "an event, shortened", `deployments.apps "web" is forbidden: `, ""},
	{"RBAC with its reasons", "k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/rbac.go", refused + `: RBAC: role.rbac.authorization.k8s.io "dev" not found`, ""},
	{"escalation", "k8s.io/kubernetes pkg/registry/rbac/validation/rule.go", `roles.rbac.authorization.k8s.io "dev" is forbidden: user "system:serviceaccount:apps:dev" (groups=["a"]) is attempting to grant RBAC permissions not currently held:` + "\n" + `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, ""},
	{"an unknown role", "k8s.io/kubernetes pkg/registry/rbac/rolebinding/policybased/storage.go", `RoleBinding/apps/dev dry-run failed (NotFound): roles.rbac.authorization.k8s.io "dev" not found`, ""},
	{"a path", "k8s.io/apiserver", `forbidden: User "system:serviceaccount:apps:dev" cannot get path "/apis"`, ""},
	{"a warning of a policy", policies, `Warning: Validation failed for ValidatingAdmissionPolicy 'require-labels' with binding 'prod': label team is missing`, ""},
	{"a warning of PodSecurity", "k8s.io/pod-security-admission admission/admission.go", `Warning: would violate PodSecurity "restricted:latest": runAsNonRoot != true`, ""},
	{"a warning of Gatekeeper", gatekeep, `Warning: [no-root] runAsNonRoot is required`, ""},
	{"a blocked reference", "Flux", `can't access 'GitRepository/platform/fleet', cross-namespace references have been blocked`, ""},
	{"a build", "kustomize-controller", `kustomize build failed: accumulating resources: 'x' doesn't exist`, ""},
	{"a health check", "kustomize-controller", `health check failed after 3.1s: failed early due to stalled resources: [Deployment/apps/web status: 'Failed']`, ""},
	{"nothing", "a chat", "Is a webhook broken again? The quota is exceeded, and it is invalid.", ""},
	{"empty", "nobody", "", ""},
}

// TestGuardCorpus reads the texts of guards in the forms in which people meet them.
func TestGuardCorpus(t *testing.T) {
	for _, form := range guardForms {
		t.Run(form.name, func(t *testing.T) {
			var got []string
			for _, g := range Guards(form.text) {
				got = append(got, g.String())
			}
			if diff := cmp.Diff(form.want, strings.Join(got, "\n")); diff != "" {
				t.Errorf("%s, from %s\n(-want +got):\n%s", form.text, form.source, diff)
			}
		})
	}
}

// TestApplying reads the object before an error of Flux.
func TestApplying(t *testing.T) {
	for text, want := range map[string]string{
		"Deployment/apps/web dry-run failed (Invalid): no":                  "Deployment apps/web",
		`ConfigMap/apps/x not found: namespaces "apps" not found`:           "ConfigMap apps/x",
		"ClusterRole/system:x apply failed: no":                             "ClusterRole system:x",
		"Pod/a/x dry-run failed: no\nPod/a/x dry-run failed: no":            "Pod a/x",
		"Pod/a/x dry-run failed: no\nPod/a/y dry-run failed: no":            "",
		"Helm upgrade failed for release apps/cache with chart redis@1.0.0": "",
		"": "",
	} {
		applied, named := Applying(text)
		if got := strings.TrimSpace(applied.String()); got != want || named != (want != "") {
			t.Errorf("%q is about %q, %v; want %q", text, got, named, want)
		}
	}
}
