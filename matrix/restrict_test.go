// SPDX-License-Identifier: Apache-2.0

package matrix

import "testing"

func TestRestrictTo(t *testing.T) {
	account := ServiceAccount("apps", "dev-team")
	in := func(namespace string) Review {
		return Review{Subject: Share(account), Access: Access{Verb: "get", Resource: "secrets", Namespace: namespace}}
	}
	path := Review{Subject: Share(account), Access: Access{Verb: "get", Path: "/api"}}
	asked := func(want Effect, anyOf ...[]Review) Check { return &Asked{Want: want, AnyOf: anyOf} }
	m := &Matrix{
		Checks: []Check{
			asked(Allow, []Review{in("apps")}),
			asked(Allow, []Review{in("")}),
			asked(Deny, []Review{in("")}),
			asked(Deny, []Review{in("other")}),
			asked(Allow, []Review{path}),
			asked(Allow, []Review{in("apps")}, []Review{in("apps"), path}),
			asked(Deny, []Review{in("apps")}, []Review{in("apps"), path}),
			&Observed{Verdict: Pass},
		},
		NotAsked: []Gap{{What: "before"}},
	}
	got := RestrictTo(m, "apps")
	if len(got.Checks) != 3 || got.Checks[0] != m.Checks[0] || got.Checks[2] != m.Checks[7] {
		t.Fatalf("got %d checks, want the two that can be asked and the observed one", len(got.Checks))
	}
	if partial := got.Checks[1].(*Asked); len(partial.AnyOf) != 1 || partial.IfDenied != Undetermined {
		t.Errorf("a wanted permission with an alternative that cannot be asked: %+v", partial)
	}
	if len(m.Checks[5].(*Asked).AnyOf) != 2 || len(m.NotAsked) != 1 {
		t.Error("the matrix itself was changed")
	}
	if len(got.NotAsked) != 2 || got.NotAsked[1].What != "5 checks about the whole cluster, or about other namespaces than apps" {
		t.Errorf("not asked: %+v", got.NotAsked)
	}
	if all := RestrictTo(got, "apps"); len(all.NotAsked) != 2 {
		t.Errorf("what can all be asked is described as left out: %+v", all.NotAsked)
	}
}
