// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"regexp"
	"strings"

	"github.com/flux-probe/flux-probe/docs"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// sarifRules are a rule for each code, in order of first appearance, and the place of each.
func sarifRules(findings []probe.Finding) ([]sarifRule, map[string]int) {
	rules, place := []sarifRule{}, make(map[string]int)
	for _, f := range findings {
		if _, ok := place[f.Code]; !ok {
			place[f.Code] = len(rules)
			rules = append(rules, sarifRuleOf(f))
		}
	}
	return rules, place
}

// sarifRuleOf is the rule of f in the words of docs/checks.md: the first sentence, the first paragraph,
// and all of it. A code that is not there is a rule in the words of f.
func sarifRuleOf(f probe.Finding) sarifRule {
	code := safetext.Printable(f.Code)
	rule := sarifRule{ID: code, HelpURI: anchor(code)}
	section := docs.Check(f.Code)
	if section == "" {
		rule.Short.Text = safetext.Printable(f.Section) + ": " + safetext.Printable(f.Because)
		return rule
	}
	text := docs.PlainText(section)
	asked, _, _ := strings.Cut(text, "\n")
	rule.Short.Text = strings.TrimSuffix(firstSentence.FindString(asked+" "), " ")
	rule.Full = &sarifText{asked}
	rule.Help = &sarifHelp{Text: text, Markdown: localLink.ReplaceAllString(section, "]("+repository+"/blob/main/docs/$1)")}
	return rule
}

var (
	firstSentence = regexp.MustCompile(`^.*?[.?] `)
	localLink     = regexp.MustCompile(`\]\(([a-z-]+\.md[^)]*)\)`)
)
