// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// webhookOf reads what a webhook said, in the words of Gatekeeper or Kyverno if it is theirs.
func webhookOf(m []string, says string) []Guard {
	name := m[1]
	switch {
	case name == "validation.gatekeeper.sh":
		return constraints(says)
	case strings.Contains(name, ".kyverno.svc"):
		if found := kyverno(says); found != nil {
			return found
		}
	}
	return []Guard{{Kind: Webhook, Name: name, Says: tidy(says)}}
}

// constraint matches the beginning of a violation of Gatekeeper (pkg/webhook/policy.go), which is one line or more.
var constraint = compiled(`(?m)^\s*\[(?:denied by )?([A-Za-z0-9][A-Za-z0-9._-]*)\] `)

func constraints(says string) []Guard {
	at := constraint().FindAllStringSubmatchIndex(says, -1)
	if len(at) == 0 {
		return []Guard{{Kind: Gatekeeper, Says: tidy(says)}}
	}
	var found []Guard
	for i, m := range at {
		end := len(says)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		found = append(found, Guard{Kind: Gatekeeper, Name: says[m[2]:m[3]], Says: tidy(says[m[1]:end])})
	}
	return found
}

var (
	// kyverno/kyverno pkg/webhooks/resource/vpol/handler.go: several are joined by "; ".
	celPolicy = compiled(`(?:^|; )Policy ([a-z0-9][a-z0-9.-]*) (?:failed|error): ?`)
	// kyverno/kyverno pkg/webhooks/utils/block.go: YAML, of which the line breaks may be lost.
	blockedBy = compiled(`\bblocked due to (?:the )?following policies:? *`)
	key       = compiled(`^([A-Za-z0-9][A-Za-z0-9._/-]*): ?`)
	nextKey   = compiled(` [A-Za-z0-9][A-Za-z0-9._/-]*: `)
)

// kyverno returns what the policies and rules said; nil where the text is not theirs.
func kyverno(says string) []Guard {
	says = tidy(says)
	if at := celPolicy().FindAllStringSubmatchIndex(says, -1); len(at) > 0 && at[0][0] == 0 {
		var found []Guard
		for i, m := range at {
			end := len(says)
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			found = append(found, Guard{Kind: Kyverno, Name: says[m[2]:m[3]], Says: says[m[1]:end]})
		}
		return found
	}
	at := blockedBy().FindStringIndex(says)
	if at == nil {
		return nil
	}
	found := rules(says[at[1]:])
	if len(found) == 0 {
		return []Guard{{Kind: Kyverno, Says: says}}
	}
	return found
}

// rules reads "policy: rule: 'message' rule: 'message' policy: rule: …". A name is that of a policy if another name
// stands behind it: a message without quotes cannot begin with one, as it would not be YAML.
func rules(text string) []Guard {
	var found []Guard
	policy := ""
	for {
		name := key().FindStringSubmatch(text)
		if name == nil {
			return found
		}
		text = text[len(name[0]):]
		rule := key().FindStringSubmatch(text)
		if rule != nil {
			policy, text = name[1], text[len(rule[0]):]
		} else {
			rule = name
		}
		var says string
		says, text = value(text)
		found = append(found, Guard{Kind: Kyverno, Name: policy, Part: rule[1], Says: safetext.Printable(says)})
	}
}

// value reads a value of YAML that was put on one line, and returns what is behind it.
func value(text string) (says, rest string) {
	switch {
	case strings.HasPrefix(text, "'"):
		for i := 1; i < len(text); i++ {
			if text[i] != '\'' {
				continue
			}
			if i+1 < len(text) && text[i+1] == '\'' {
				i++
				continue
			}
			return strings.ReplaceAll(text[1:i], "''", "'"), strings.TrimLeft(text[i+1:], " ")
		}
		return text[1:], ""
	case strings.HasPrefix(text, `"`):
		if end := strings.Index(text[1:], `" `); end >= 0 && key().MatchString(text[end+3:]) {
			return text[1 : end+1], text[end+3:]
		}
		return strings.Trim(text, `"`), ""
	}
	text = strings.TrimLeft(text, "|>- ")
	if end := nextKey().FindStringIndex(text); end != nil {
		return text[:end[0]], text[end[0]+1:]
	}
	return text, ""
}
