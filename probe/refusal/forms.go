// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// form is how the texts of a guard begin.
type form struct {
	begins func() *regexp.Regexp // with the groups of read
	read   func(m []string, says string) []Guard
}

// forms are those of guards that name themselves. The names lose their quotes in a shell.
var forms = []form{
	// k8s.io/apiserver pkg/admission/plugin/policy/validating/dispatcher.go@v0.37.2
	{wrapped(`ValidatingAdmissionPolicy '?([^\s']+)'?(?: with binding '?([^\s']+)'?)? denied request: ?`), policyOf(ValidatingAdmissionPolicy)},
	// …/policy/generic/policy_dispatcher.go@v0.37.2, of which the other user is MutatingAdmissionPolicy.
	{wrapped(`\bpolicy ['"]?([^\s'"]+)['"]?(?: with binding '?([^\s']+)'?)? denied request: ?`), policyOf(MutatingAdmissionPolicy)},
	// …/plugin/webhook/errors/statuserror.go@v0.37.2
	{wrapped(`admission webhook "?([^\s"]+)"? denied the request(?:: ?|\b)`), webhookOf},
	{wrapped(`admission webhook "?([^\s"]+)"? does not support dry run`), func(m []string, _ string) []Guard {
		return []Guard{{Kind: WebhookNoDryRun, Name: m[1]}}
	}},
	// k8s.io/apiserver pkg/util/webhook/error.go@v0.37.2
	{wrapped(`failed calling webhook "?([^\s";]+?)"?(?:: |; |$)`), failedOf},
	// k8s.io/pod-security-admission admission/admission.go@v0.37.2
	{wrapped(`\bviolates PodSecurity "?([a-z]+:[a-z0-9.]+)"?: ?`), simple(PodSecurity)},
	// k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go@v0.37.2
	{wrapped(`(?:exceeded quota: |failed quota: |status unknown for quota: )([a-z0-9][a-z0-9.-]*)`), whole(ResourceQuota)},
	{wrapped(`insufficient quota to (?:consume|match these scopes): `), whole(ResourceQuota)},
	// k8s.io/kubernetes plugin/pkg/admission/limitranger/admission.go@v1.37.2
	{wrapped(`(?:minimum|maximum) \S+ usage per \S+ is |\S+ max limit to request ratio per \S+ is `), limitOf},
	// k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go@v0.37.2
	{wrapped(`unable to create new content in namespace ([a-z0-9-]+) because it is being terminated`), whole(Namespace)},
	{wrapped(`\bnamespaces "?([a-z0-9-]+)"? not found`), whole(Namespace)},
	// k8s.io/kubernetes plugin/pkg/admission/gc/gc_admission.go@v1.37.2
	{wrapped(`cannot set (?:an ownerRef on|blockOwnerDeletion i[nf]) `), whole(OwnerReferences)},
	// k8s.io/apimachinery pkg/api/errors/errors.go and pkg/util/managedfields/internal/conflict.go@v0.37.2
	{wrapped(`Operation cannot be fulfilled on \S+ "?[^\s"]+"?: |Apply failed with \d+ conflicts?: `), whole(Conflict)},
	// k8s.io/apimachinery pkg/util/managedfields/internal/structuredmerge.go, pkg/runtime/error.go@v0.37.2
	{wrapped(`failed to create typed (?:patch|live) object \(|(?:\S+ in version \S+ cannot be handled as an? \S+: )?strict decoding error: `), whole(Validation)},
}

// general are the beginnings of what is Invalid or Forbidden, k8s.io/apimachinery pkg/api/errors/errors.go@v0.37.2.
// A guard that names itself right behind one of them is the guard.
var general = []form{
	{wrapped(`\b[A-Za-z][A-Za-z0-9.-]* "[^"]*" is invalid:[\s:*\[]*`), invalidOf},
	{wrapped(`\b[a-z][a-z0-9./-]* (?:"[^"]*" )?is forbidden:[\s:\[]*`), forbiddenOf},
}

func policyOf(kind GuardKind) func([]string, string) []Guard {
	return func(m []string, says string) []Guard {
		return []Guard{{Kind: kind, Name: m[1], Part: m[2], Says: tidy(says)}}
	}
}

// simple is a guard that is named before it says something.
func simple(kind GuardKind) func([]string, string) []Guard {
	return func(m []string, says string) []Guard { return []Guard{{Kind: kind, Name: m[1], Says: tidy(says)}} }
}

// whole is a guard that says how the text begins, too.
func whole(kind GuardKind) func([]string, string) []Guard {
	return func(m []string, says string) []Guard {
		g := Guard{Kind: kind, Says: tidy(m[0] + says)}
		if len(m) > 1 {
			g.Name = m[1]
		}
		return []Guard{g}
	}
}

// limitOf is whole, without the end of the brackets in which there are several.
func limitOf(m []string, says string) []Guard {
	g := Guard{Kind: LimitRange, Says: tidy(m[0] + says)}
	if !strings.Contains(g.Says, "[") {
		g.Says = strings.TrimSuffix(g.Says, "]")
	}
	return []Guard{g}
}

func failedOf(m []string, says string) []Guard {
	kind := WebhookFailed
	if strings.HasPrefix(tidy(says), "Webhook SideEffects is nil") {
		kind = WebhookNoDryRun
	}
	return []Guard{{Kind: kind, Name: m[1], Says: strings.TrimPrefix(tidy(says), "failed to call webhook: ")}}
}

// unchangeable matches the words of what cannot be changed: k8s.io/apimachinery pkg/api/validation/objectmeta.go, and
// k8s.io/kubernetes pkg/apis/{apps,core,rbac}/validation/validation.go@v1.37.2.
var unchangeable = compiled(`(?i)\bimmutable\b|cannot change roleRef|\bupdates to .* are forbidden|\bmay not (?:be changed|change fields)`)

func invalidOf(_ []string, says string) []Guard {
	if unchangeable().MatchString(safetext.Printable(says)) {
		return []Guard{{Kind: Immutable, Says: tidy(says)}}
	}
	return []Guard{{Kind: Validation, Says: tidy(says)}}
}

func forbiddenOf(_ []string, says string) []Guard {
	return []Guard{{Kind: AdmissionPlugin, Says: tidy(says)}}
}

// tidy is what a guard says on one line.
func tidy(says string) string { return safetext.Printable(says) }
