// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
)

func TestParseFlags(t *testing.T) {
	tests := []struct {
		args    string
		account string
		noCross bool
		watch   bool
		gates   map[string]bool
	}{
		{args: "", watch: true},
		{args: "--default-service-account=a", account: "a", watch: true},
		{args: "--default-service-account a", account: "a", watch: true},
		{args: "--default-service-account --odd", account: "--odd", watch: true},
		{args: "--default-service-account=a --default-service-account=", watch: true},
		{args: "--no-cross-namespace-refs", noCross: true, watch: true},
		{args: "--no-cross-namespace-refs false", noCross: true, watch: true},
		{args: "--no-cross-namespace-refs=1 --no-cross-namespace-refs=F", watch: true},
		{args: "--no-cross-namespace-refs=yes", watch: true},
		{args: "--watch-all-namespaces=false"},
		{args: "--log-level info --no-cross-namespace-refs", noCross: true, watch: true},
		{args: "--log-level --no-cross-namespace-refs", noCross: true, watch: true},
		{args: "-v 3 --no-cross-namespace-refs", noCross: true, watch: true},
		{args: "--feature-gates=A=true,B=false --feature-gates C=true", watch: true, gates: map[string]bool{"A": true, "B": false, "C": true}},
		{args: "--feature-gates=A=true --feature-gates=A=false,bad", watch: true, gates: map[string]bool{"A": false}},
		{args: "/sbin/tini -- kustomize-controller --no-cross-namespace-refs", noCross: true, watch: true},
		{args: "manager --no-cross-namespace-refs -- --default-service-account=a", noCross: true, watch: true},
	}
	for _, test := range tests {
		f := ParseFlags(strings.Fields(test.args))
		if got := f.Text(facts.FlagDefaultServiceAccount); got != test.account {
			t.Errorf("%q: default account %q, want %q", test.args, got, test.account)
		}
		if got := f.Is(facts.FlagNoCrossNamespaceRefs, false); got != test.noCross {
			t.Errorf("%q: no cross references %v, want %v", test.args, got, test.noCross)
		}
		if got := f.Is(facts.FlagWatchAllNamespaces, true); got != test.watch {
			t.Errorf("%q: watches all namespaces %v, want %v", test.args, got, test.watch)
		}
		if len(f.Gates) != len(test.gates) {
			t.Errorf("%q: gates %v, want %v", test.args, f.Gates, test.gates)
		}
		for gate, on := range test.gates {
			if got, set := f.Gates[gate]; !set || got != on {
				t.Errorf("%q: gate %s is %v, want %v", test.args, gate, got, on)
			}
		}
	}
}
