// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestSelector(t *testing.T) {
	reconciler := matrix.ServiceAccount("apps", "reconciler")
	exec := &matrix.Access{Verb: "create", Resource: "pods", Subresource: "exec", Namespace: "apps"}
	url := &matrix.Access{Verb: "get", Path: "/metrics"}
	for name, tc := range map[string]struct {
		selector Selector
		access   *matrix.Access
		want     bool
	}{
		"code":           {Selector{Codes: []string{"FP1*", "FP501"}}, exec, true},
		"other code":     {Selector{Codes: []string{"FP1*", "FP502"}}, exec, false},
		"subject":        {Selector{Subjects: []SubjectPattern{{Namespace: "a*"}}}, exec, true},
		"other subject":  {Selector{Subjects: []SubjectPattern{{Namespace: "a*", Kind: matrix.KindUser}}}, exec, false},
		"access":         {Selector{Access: []AccessPattern{{Resources: []string{"pods/*"}, Namespaces: []string{"apps"}}}}, exec, true},
		"other access":   {Selector{Access: []AccessPattern{{Resources: []string{"pods"}}}}, exec, false},
		"no access":      {Selector{Access: []AccessPattern{{Verbs: []string{"*"}}}}, nil, false},
		"URL":            {Selector{Access: []AccessPattern{{NonResourceURLs: []string{"/m*"}}}}, url, true},
		"URL is no name": {Selector{Access: []AccessPattern{{Resources: []string{"*"}}}}, url, false},
		"all of it":      {Selector{Codes: []string{"FP501"}, Subjects: []SubjectPattern{{Name: "other"}}}, exec, false},
	} {
		if got := tc.selector.Matches("FP501", reconciler, tc.access); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestMatch(t *testing.T) {
	for pattern, texts := range map[string]string{"*": "|a|a/b", "a*": "a|ab", "*b": "b|ab", "a*c*e": "ace|abcde", "a": "a"} {
		for text := range strings.SplitSeq(texts, "|") {
			if !Match(pattern, text) {
				t.Errorf("%s does not match %q", pattern, text)
			}
		}
	}
	for pattern, text := range map[string]string{"a*": "b", "a*a": "a", "a*c*e": "ae", "": "a"} {
		if Match(pattern, text) {
			t.Errorf("%s matches %q", pattern, text)
		}
	}
}
