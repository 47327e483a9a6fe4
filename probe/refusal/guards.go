// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Guards returns every refusal by a guard in a text, in order, each once. What a guard says is not searched for others.
// Where nothing tells the end of what it says, that is the end of the line, or of the lines that go on with it.
func Guards(text string) []Guard {
	var found []Guard
	seen := map[Guard]bool{}
	for _, one := range messages(written(text)) {
		for _, g := range guardsOf(one) {
			g.Name, g.Part, g.Says = safetext.Printable(g.Name), safetext.Printable(g.Part), safetext.Printable(g.Says)
			if !seen[g] {
				seen[g] = true
				found = append(found, g)
			}
		}
	}
	return found
}

// form is how the texts of a guard begin.
type form struct {
	begins func() *regexp.Regexp // with the groups of read
	read   func(m []string, says string) []Guard
	not    func(begin string) bool // says by how a text goes on that it is none; nil for a guard that names itself
}

// forms are those of guards that name themselves. The names lose their quotes in a shell.
var forms = []form{
	// k8s.io/apiserver pkg/admission/plugin/policy/validating/dispatcher.go@v0.37.2
	{begins: wrapped(`ValidatingAdmissionPolicy '?([^\s']+)'?(?: with binding '?([^\s']+)'?)? denied request: ?`), read: policyOf(ValidatingAdmissionPolicy)},
	// …/policy/generic/policy_dispatcher.go@v0.37.2, of which the other user is MutatingAdmissionPolicy.
	{begins: wrapped(`\bpolicy ['"]?([^\s'"]+)['"]?(?: with binding '?([^\s']+)'?)? denied request: ?`), read: policyOf(MutatingAdmissionPolicy)},
	// …/plugin/webhook/errors/statuserror.go@v0.37.2
	{begins: wrapped(`admission webhook "?([^\s"]+)"? denied the request(?:: ?|\b)`), read: webhookOf},
	{begins: wrapped(`admission webhook "?([^\s"]+)"? does not support dry run`), read: func(m []string, _ string) []Guard {
		return []Guard{{Kind: WebhookNoDryRun, Name: m[1]}}
	}},
	// k8s.io/apiserver pkg/util/webhook/error.go@v0.37.2
	{begins: wrapped(`failed calling webhook "?([^\s";]+?)"?(?:: |; |$)`), read: failedOf},
	// k8s.io/pod-security-admission admission/admission.go@v0.37.2
	{begins: wrapped(`\bviolates PodSecurity "?([a-z]+:[a-z0-9.]+)"?: ?`), read: simple(PodSecurity)},
	// k8s.io/apiserver pkg/admission/plugin/resourcequota/controller.go@v0.37.2
	{begins: wrapped(`(?:exceeded quota: |failed quota: |status unknown for quota: )([a-z0-9][a-z0-9.-]*)`), read: whole(ResourceQuota)},
	{begins: wrapped(`insufficient quota to (?:consume|match these scopes): `), read: whole(ResourceQuota)},
	// k8s.io/kubernetes plugin/pkg/admission/limitranger/admission.go@v1.37.2
	{begins: wrapped(`(?:minimum|maximum) \S+ usage per \S+ is |\S+ max limit to request ratio per \S+ is `), read: limitOf},
	// k8s.io/apiserver pkg/admission/plugin/namespace/lifecycle/admission.go@v0.37.2
	{begins: wrapped(`unable to create new content in namespace ([a-z0-9-]+) because it is being terminated`), read: whole(Namespace)},
	{begins: wrapped(`\bnamespaces "?([a-z0-9-]+)"? not found`), read: whole(Namespace)},
	// k8s.io/kubernetes plugin/pkg/admission/gc/gc_admission.go@v1.37.2
	{begins: wrapped(`cannot set (?:an ownerRef on|blockOwnerDeletion i[nf]) `), read: whole(OwnerReferences)},
	// k8s.io/apimachinery pkg/api/errors/errors.go and pkg/util/managedfields/internal/conflict.go@v0.37.2
	{begins: wrapped(`Operation cannot be fulfilled on \S+ "?[^\s"]+"?: |Apply failed with \d+ conflicts?: `), read: whole(Conflict)},
	// k8s.io/apimachinery pkg/util/managedfields/internal/structuredmerge.go, pkg/runtime/error.go@v0.37.2
	{begins: wrapped(`failed to create typed (?:patch|live) object \(|(?:\S+ in version \S+ cannot be handled as an? \S+: )?strict decoding error: `), read: whole(Validation)},
}

// general are the beginnings of what is Invalid or Forbidden, k8s.io/apimachinery pkg/api/errors/errors.go@v0.37.2.
// A guard that names itself right behind one of them is the guard.
var general = []form{
	{wrapped(`\b[A-Za-z][A-Za-z0-9.-]* "[^"]*" is invalid:[\s:*\[]*`), invalidOf, func(string) bool { return false }},
	{wrapped(`\b[a-z][a-z0-9./-]* (?:"[^"]*" )?is forbidden:[\s:\[]*`), forbiddenOf, byAuthorizer},
}

// beginning is where the text of a guard begins in a message.
type beginning struct {
	at []int // as regexp returns it
	of form
}

// guardsOf returns the refusals of a message, in order.
func guardsOf(message string) []Guard {
	var all []beginning
	for _, f := range slices.Concat(forms, general) { // of two that begin at the same place, the one that names itself
		for _, at := range f.begins().FindAllStringSubmatchIndex(message, -1) {
			all = append(all, beginning{at, f})
		}
	}
	slices.SortStableFunc(all, func(a, b beginning) int { return a.at[0] - b.at[0] })
	var found []Guard
	end := 0
	for i, b := range all {
		if b.at[0] < end {
			continue
		}
		if b.of.not != nil && (b.of.not(message[b.at[1]:min(b.at[1]+mostBegins, len(message))]) || namesItself(all[i+1:], b.at[1])) {
			continue
		}
		end = b.at[1] + endOf(message[b.at[1]:])
		m := make([]string, len(b.at)/2)
		for i := range m {
			if b.at[2*i] >= 0 {
				m[i] = message[b.at[2*i]:b.at[2*i+1]]
			}
		}
		found = append(found, b.of.read(m, message[b.at[1]:end])...)
	}
	return found
}

// namesItself reports whether the next guard names itself, and begins no later than there.
func namesItself(next []beginning, there int) bool {
	for _, b := range next {
		if b.at[0] > there {
			return false
		}
		if b.of.not == nil {
			return true
		}
	}
	return false
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

// forbidding matches what RBAC and other authorizers say behind "is forbidden: ".
var forbidding = compiled(`^(?i:user\b|attempt to grant extra privileges|not allowed to\b)`)

// mostBegins is how much of what is forbidden is looked at to see who forbids it.
const mostBegins = 64

// byAuthorizer reports whether an authorizer, or nobody that is known, forbids what is forbidden with these words.
func byAuthorizer(begin string) bool {
	text := tidy(begin)
	return forbidding().MatchString(text) || strings.HasPrefix("User ", strings.TrimRight(text, ".…"))
}

func forbiddenOf(_ []string, says string) []Guard {
	return []Guard{{Kind: AdmissionPlugin, Says: tidy(says)}}
}

// tidy is what a guard says on one line.
func tidy(says string) string { return safetext.Printable(says) }
