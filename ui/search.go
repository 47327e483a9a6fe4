// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Search finds findings by words. A finding matches when it holds all of them, in any case, and none of those
// that begin with an exclamation mark. The script of the HTML page does the same with the same texts.
type Search struct{ with, without []string }

// NewSearch reads what a person typed. The search of an empty text matches everything.
func NewSearch(text string) Search {
	var s Search
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if rest, inverted := strings.CutPrefix(word, "!"); !inverted {
			s.with = append(s.with, word)
		} else if rest != "" {
			s.without = append(s.without, rest)
		}
	}
	return s
}

// Match reports whether f is found.
func (s Search) Match(f *probe.Finding) bool {
	return s.empty() || s.match(searchText(f))
}

// MatchProblem reports whether a problem is found: by what is said about it, or about the checks among findings
// that it explains.
func (s Search) MatchProblem(x *probe.Problem, findings []probe.Finding) bool {
	if s.empty() {
		return true
	}
	texts := []string{string(x.Severity), x.Title, causeText(x.Cause), typedObject(x.Cause.Origin()), x.Fix.Summary, x.Fix.Patch, ownerText(x.Owner)}
	texts = append(append(texts, x.Effect...), x.Fix.Commands...)
	for _, i := range x.Checks {
		if i >= 0 && i < len(findings) {
			texts = append(texts, searchText(&findings[i]))
		}
	}
	return s.match(strings.Join(texts, "\n"))
}

func (s Search) empty() bool { return len(s.with)+len(s.without) == 0 }

func (s Search) match(text string) bool {
	text = strings.ToLower(text)
	for _, word := range s.with {
		if !strings.Contains(text, word) {
			return false
		}
	}
	for _, word := range s.without {
		if strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// searchText is all that is said about f, and its object as people type it: kustomization/shop.
func searchText(f *probe.Finding) string {
	texts := []string{
		f.Section, f.Code, string(f.Verdict), string(f.Severity), f.Subject.String(), string(f.Want), because(*f), f.Reason, f.Via,
		f.Observed, f.Hint, accepted(*f), typedObject(f.Origin.Get()), LeadsTo(*f),
	}
	if f.Access != nil {
		texts = append(texts, f.Access.Verb, rowLabel(rowOf(*f.Access)))
	}
	return strings.Join(append(texts, Steps(*f)...), "\n")
}

// typedObject is an object as kubectl takes it, KIND/NAME; "" for none.
func typedObject(o matrix.Origin) string {
	if o.Kind == "" || o.Name == "" {
		return ""
	}
	return strings.ToLower(o.Kind) + "/" + o.Name
}
