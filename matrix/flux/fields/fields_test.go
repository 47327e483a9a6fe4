// SPDX-License-Identifier: Apache-2.0

package fields

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func TestFields(t *testing.T) {
	var o map[string]any
	if err := yaml.Unmarshal([]byte(`{spec: {name: a, enabled: true, one: {x: 1}, list: [{ref: {name: b}}, text, {}]}}`), &o); err != nil {
		t.Fatal(err)
	}
	if Text(o, "spec.name") != "a" || Text(o, "spec.enabled") != "" || Text(o, "spec.name.more") != "" || !True(o, "spec.enabled") || True(o, "spec.name") || Get(o, "none.at.all") != nil {
		t.Error("a value is not read as what it is")
	}
	for path, want := range map[string][]string{
		"spec.one":        {"spec.one"},
		"spec.name":       nil,
		"spec.list[]":     {"spec.list[0]", "spec.list[2]"},
		"spec.list[].ref": {"spec.list[0].ref"},
		"spec.none[]":     nil,
	} {
		var got []string
		for _, e := range Each(o, path) {
			got = append(got, e.Path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}
