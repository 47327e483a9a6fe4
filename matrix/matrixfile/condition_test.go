// SPDX-License-Identifier: Apache-2.0

package matrixfile

import "testing"

func TestConditions(t *testing.T) {
	for _, tc := range []struct {
		condition  Condition
		kubernetes string
		fluxes     []string
		want       bool
	}{
		{Condition{Flux: ">=2.9", Kubernetes: "1.37"}, "v1.37.2", []string{"v2.8.0", "v2.9.0"}, true},
		{Condition{Flux: ">=2.9", Kubernetes: "1.37"}, "v1.36.0", []string{"v2.9.0"}, false},
		{Condition{Flux: ">=2.9", Kubernetes: "1.37"}, "v1.37.0", []string{"v2.8.0"}, false},
		{Condition{Kubernetes: "<1.38"}, "v1.37.2-gke.100", nil, true},
		{Condition{Flux: ">=2.9 <2.10"}, "", []string{"v2.10.0"}, false},
		// Image tags can name the minor version alone: a rule that might apply is asked.
		{Condition{Flux: ">=2.9.1"}, "", []string{"v2.9"}, true},
		{Condition{Flux: "<=2.9.4"}, "", []string{"v2.9"}, true},
		{Condition{Flux: ">=2.10.1"}, "", []string{"v2.9"}, false},
		// So is a rule for a version that is not known.
		{Condition{Flux: ">=2.10", Kubernetes: ">=1.99"}, "", []string{""}, true},
		{Condition{Flux: ">=2.10"}, "", []string{"latest"}, true},
		{Condition{Flux: ">=2.10"}, "", nil, true},
	} {
		if got := tc.condition.Holds(tc.kubernetes, tc.fluxes); got != tc.want {
			t.Errorf("%s holds for Kubernetes %q and Flux %q: %t", &tc.condition, tc.kubernetes, tc.fluxes, got)
		}
	}
	if !(*Condition)(nil).Holds("v1.37.2", []string{"v2.9.5"}) {
		t.Error("a rule without a condition does not apply")
	}
}
