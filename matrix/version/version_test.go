// SPDX-License-Identifier: Apache-2.0

package version

import (
	"encoding/json"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"v2.9.5": "v2.9.5", "2.9.5": "v2.9.5", "v2.9": "v2.9", "2.10.0-rc.1": "v2.10.0", "v1.37.2-gke.100": "v1.37.2", "1.37+": "v1.37",
		"": "", "latest": "", "sha256:0f6d7a": "", "2": "",
	} {
		v, err := Parse(text)
		if v.String() != want || (err == nil) != (want != "") || v.IsZero() != (want == "") {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, v, err, want)
		}
	}
}

func TestAtLeast(t *testing.T) {
	for text, want := range map[string]bool{"v2.10.0": true, "v2.10": true, "v2.11.1": true, "v3.0.0": true, "v2.9.9": false, "v2.9": false, "v1.99.0": false} {
		if v, _ := Parse(text); v.AtLeast(2, 10) != want {
			t.Errorf("%s.AtLeast(2, 10) = %v", text, !want)
		}
	}
	if (Version{}).AtLeast(0, 0) {
		t.Error("a version that is not known is at least nothing")
	}
}

func TestCompare(t *testing.T) {
	ordered := []string{"v1.9.9", "v2.7.0", "v2.7.4", "v2.7", "v2.10.0", "v2.10.1"}
	for i, a := range ordered {
		for j, b := range ordered {
			v, _ := Parse(a)
			w, _ := Parse(b)
			if v.Before(w) != (i < j) || (v.Compare(w) == 0) != (i == j) {
				t.Errorf("%s compared with %s is %d", a, b, v.Compare(w))
			}
		}
	}
}

func TestUnmarshal(t *testing.T) {
	var v Version
	if err := json.Unmarshal([]byte(`"v2.9.5"`), &v); err != nil || v.String() != "v2.9.5" {
		t.Errorf("got %s, %v", v, err)
	}
	for _, bad := range []string{`"latest"`, `2.9`} {
		if err := json.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s was read as a version", bad)
		}
	}
}

func TestHolds(t *testing.T) {
	for _, test := range []struct {
		condition, version string
		want               bool
	}{
		{"", "v2.9.5", true},
		{"2.9", "v2.9.5", true},
		{"=v2.9", "v2.9.5", true},
		{">2.9", "v2.9.5", false},
		{">2.9", "v2.10.0", true},
		{"<=2.9", "v2.9.5", true},
		{">=2.9.1", "v2.9.0", false},
		{">=2.9.1", "v2.9.1", true},
		{">=2.9.1 <2.11", "v2.10.3", true},
		{">=2.9.1 <2.11", "v2.11.0", false},
		{">=1.37", "v1.37.2-gke.100", true},
		// A version without a patch meets what some patch of its minor meets.
		{">=2.9.1", "v2.9", true},
		{"<2.9.1", "v2.9", true},
		{"<2.9.0", "v2.9", false},
		{"2.9.3", "v2.9", true},
		{">2.9.3 <2.9.5", "v2.9", true},
		{">2.9.3 <2.9.4", "v2.9", false},
		{">=2.9.1 <2.9.1", "v2.9", false},
		{">=2.9.1 <2.11", "v2.8", false},
		{">=2.9.1 <2.11", "v2.10", true},
		{">=2.9", "v2.9", true},
		{">2.9", "v2.9", false},
		{">2.9.1000", "v2.9", true},
		{">=2.9.1 <2.11", "", true}, // not known
	} {
		c, err := ParseCondition(test.condition)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := Parse(test.version)
		if got := c.Holds(v); got != test.want {
			t.Errorf("%q holds for %q: %v, want %v", test.condition, test.version, got, test.want)
		}
	}
	for _, bad := range []string{"~2.9", ">= 2.9", "2", ">=latest"} {
		if _, err := ParseCondition(bad); err == nil {
			t.Errorf("%q was read as a condition", bad)
		}
	}
}
