// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		rule, ask string
		want      bool
	}{
		{"get,list pods", "x/x list pods in anywhere", true},
		{"get,list pods", "x/x watch pods", false},
		{"* *.*", "x/x patch deployments/scale.apps", true},
		{"get pods", "x/x get pods/log", false},
		{"get */log", "x/x get pods/log", true},
		{"get pods [a]", "x/x get pods=a", true},
		{"get pods [a]", "x/x get pods", false},
		{"get pods [a]", "x/x get pods=b", false},
		{"get /api/*", "x/x get /api/v1", true},
		{"get /api", "x/x get /api/v1", false},
		{"* *.*", "x/x get /api", false},
	} {
		access := review(test.ask).Access
		if got := Covers(rule(test.rule), access); got != test.want {
			t.Errorf("%s covers %s: %t", test.rule, access, got)
		}
		if got := AnyCovers([]rbacv1.PolicyRule{rule("create events"), rule(test.rule)}, access); got != test.want {
			t.Errorf("create events or %s covers %s: %t", test.rule, access, got)
		}
	}
	if !Covers(rule("* *.*"), matrix.Access{Verb: "*", Group: "*", Resource: "*"}) || Covers(rule("* *.apps"), matrix.Access{Verb: "*", Group: "*", Resource: "*"}) {
		t.Error("only a rule for everything covers everything")
	}
}
