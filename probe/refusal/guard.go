// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Guard is what refused a request although its user is permitted to make it.
type Guard struct {
	Kind GuardKind
	Name string // the policy, constraint, webhook, quota or namespace; empty where the text names none
	Part string // the binding of a policy, or the rule of one of Kyverno; empty where there is none
	Says string // what it says, on one line
}

// strong are the words of guards that name themselves. What follows is theirs, up to the next one.
var strong = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(
		// k8s.io/apiserver pkg/admission/plugin/webhook/errors/statuserror.go@v0.37.2
		`admission webhook "([^"]*)" (denied the request(?:: ?| without explanation)|does not support dry run)` +
			// pkg/admission/plugin/webhook/validating/dispatcher.go
			`|failed calling webhook "([^"]*)": ?` +
			// pkg/admission/plugin/policy/validating/dispatcher.go, pkg/admission/plugin/policy/generic/policy_dispatcher.go
			`|(ValidatingAdmissionPolicy|\bpolicy) ['"]([^'"]*)['"](?: with binding '([^']*)')? denied request: ?`)
})

// Guards returns every refusal of a guard in a text, in order, each once.
func Guards(text string) []Guard {
	var found []Guard
	for _, part := range unlogged(text) {
		found = append(found, guardsIn(unescaped(part))...)
	}
	return distinct(found)
}

func guardsIn(text string) []Guard {
	marks := strong().FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return unnamed(text)
	}
	var found []Guard
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		found = append(found, speaking(text, m, text[m[1]:end])...)
	}
	return found
}

// unlogged are the parts of a text: each text in a line of a log, which is an object of JSON, and what is between such
// lines. What a guard says ends with the field that it is in.
func unlogged(text string) []string {
	var parts []string
	plain := ""
	for line := range strings.Lines(text) {
		var fields map[string]any
		if start := strings.TrimSpace(line); !strings.HasPrefix(start, "{") || json.Unmarshal([]byte(start), &fields) != nil {
			plain += line
			continue
		}
		parts, plain = append(parts, plain), ""
		for _, key := range slices.Sorted(maps.Keys(fields)) {
			if value, ok := fields[key].(string); ok {
				parts = append(parts, value)
			}
		}
	}
	return append(parts, plain)
}

func distinct(all []Guard) []Guard {
	var kept []Guard
	seen := map[Guard]bool{}
	for _, g := range all {
		g.Name, g.Part, g.Says = safetext.Printable(g.Name), safetext.Printable(g.Part), safetext.Printable(g.Says)
		if !seen[g] {
			seen[g] = true
			kept = append(kept, g)
		}
	}
	return kept
}

// speaking reads what a guard says that names itself at m.
func speaking(text string, m []int, says string) []Guard {
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
	webhook := group(1)
	switch {
	case group(3) != "" || m[6] >= 0:
		return []Guard{{Kind: WebhookFailed, Name: group(3), Says: says}}
	case group(4) == "ValidatingAdmissionPolicy":
		return []Guard{{Kind: ValidatingAdmissionPolicy, Name: group(5), Part: group(6), Says: says}}
	case group(4) != "":
		return []Guard{{Kind: MutatingAdmissionPolicy, Name: group(5), Part: group(6), Says: says}}
	case strings.HasPrefix(group(2), "does not"):
		return []Guard{{Kind: WebhookNoDryRun, Name: webhook}}
	case strings.HasSuffix(webhook, "gatekeeper.sh"):
		return gatekeeper(webhook, says)
	case strings.Contains(webhook, "kyverno"):
		return kyverno(webhook, says)
	}
	return []Guard{{Kind: Webhook, Name: webhook, Says: says}}
}

// constraint begins a line of Gatekeeper (open-policy-agent/gatekeeper pkg/webhook/policy.go@v3.20.0); earlier versions,
// and that of Azure, write "denied by" before the name.
var constraint = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|\n| )\[(?:denied by )?([a-z0-9][a-z0-9.-]*)\] `)
})

func gatekeeper(webhook, says string) []Guard {
	marks := constraint().FindAllStringSubmatchIndex(" "+says, -1)
	var found []Guard
	for i, m := range marks {
		end := len(says)
		if i+1 < len(marks) {
			end = marks[i+1][0] - 1
		}
		found = append(found, Guard{Kind: Gatekeeper, Name: says[m[2]-1 : m[3]-1], Says: says[m[1]-1 : max(end, m[1]-1)]})
	}
	if len(found) == 0 {
		return []Guard{{Kind: Gatekeeper, Name: webhook, Says: says}}
	}
	return found
}

// The words of Kyverno: the policies with their rules as YAML (pkg/webhooks/utils/block.go@v1.15.2), and those of its newer
// kinds of policies (pkg/cel/policies).
var (
	blockedBy  = "was blocked due to the following policies"
	policyLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([a-z0-9][a-z0-9./-]*):\s*$`) })
	ruleLine   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s+([^\s:'"][^:]*):\s*(.*)$`) })
	flattened  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*([a-z0-9][a-z0-9./-]*): +([A-Za-z0-9][A-Za-z0-9._ -]*): +(.*)$`)
	})
	celPolicy = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)^\s*Policy (\S+) (?:failed|error): ?(.*)$`) })
)

func kyverno(webhook, says string) []Guard {
	if m := celPolicy().FindStringSubmatch(says); m != nil {
		return []Guard{{Kind: Kyverno, Name: m[1], Says: m[2]}}
	}
	_, after, ok := strings.Cut(says, blockedBy)
	if !ok {
		return []Guard{{Kind: Kyverno, Name: webhook, Says: says}}
	}
	var found []Guard
	policy := ""
	for line := range strings.SplitSeq(after, "\n") {
		if m := policyLine().FindStringSubmatch(line); m != nil {
			policy = m[1]
		} else if m := ruleLine().FindStringSubmatch(line); m != nil && policy != "" {
			found = append(found, Guard{Kind: Kyverno, Name: policy, Part: m[1], Says: unquote(m[2])})
		} else if n := len(found); n > 0 && policy != "" {
			found[n-1].Says = strings.TrimSpace(found[n-1].Says + " " + unquote(strings.TrimSpace(line)))
		}
	}
	if len(found) > 0 {
		return found
	}
	if m := flattened().FindStringSubmatch(safetext.Printable(after)); m != nil {
		return []Guard{{Kind: Kyverno, Name: m[1], Part: m[2], Says: unquote(m[3])}}
	}
	return []Guard{{Kind: Kyverno, Name: webhook, Says: after}}
}

func unquote(s string) string { return strings.Trim(s, `'"`) }
