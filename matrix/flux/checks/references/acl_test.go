// SPDX-License-Identifier: Apache-2.0

package references

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/probe/snapshot"
)

func TestAdmits(t *testing.T) {
	labels := map[string]string{"team": "a", "env": "prod", "empty": ""}
	tests := []struct {
		accessFrom string // spec of the object
		allowed    bool
		open       bool
	}{
		{`{}`, false, false},
		{`{accessFrom: {}}`, false, false},
		{`{accessFrom: {namespaceSelectors: []}}`, false, false},
		{`{accessFrom: {namespaceSelectors: [{}]}}`, true, true},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {}}]}}`, true, true},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {team: a}}]}}`, true, false},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {team: a, env: test}}]}}`, false, false},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {team: b}}, {matchLabels: {env: prod, team: a}}]}}`, true, false},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {team: b}}, {}]}}`, true, true},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {absent: ""}}]}}`, false, false},
		{`{accessFrom: {namespaceSelectors: [{matchLabels: {empty: ""}}]}}`, true, false},
		{`{accessFrom: {namespaceSelectors: [{matchExpressions: [{key: team, operator: Exists}]}]}}`, true, true},
	}
	for _, test := range tests {
		var o snapshot.Object
		if err := yaml.Unmarshal([]byte("spec: "+test.accessFrom), &o.Fields); err != nil {
			t.Fatal(err)
		}
		if allowed, why := admits(o, labels); allowed != test.allowed || why == "" {
			t.Errorf("%s: allowed %v (%q), want %v and why", test.accessFrom, allowed, why, test.allowed)
		}
		if open, _ := admitsAll(o); open != test.open {
			t.Errorf("%s: open to all %v, want %v", test.accessFrom, open, test.open)
		}
	}
}
