// SPDX-License-Identifier: Apache-2.0

package version

import "testing"

// FuzzVersion wants a total order, versions that read back as they are printed, and conditions that agree with it.
func FuzzVersion(f *testing.F) {
	f.Add("v2.9.5", "v2.9", "v2.10.0", ">=2.9.1 <2.11")
	f.Add("1.37+", "v1.37.2-gke.100", "", "=1.37")
	f.Add("v2.9", "2.9.0", "2.9.18446744073709551615", "<2.9.18446744073709551615")
	f.Add("0.0", "0.0.0", "latest", ">0.0.0 <0.0.2")
	f.Fuzz(func(t *testing.T, a, b, c, condition string) {
		var versions []Version
		for _, text := range []string{a, b, c} {
			v, err := Parse(text)
			if (err != nil) != v.IsZero() {
				t.Fatalf("Parse(%q) = %q, %v", text, v, err)
			}
			if again, _ := Parse(v.String()); again != v {
				t.Errorf("%q is printed as %q, which is another version", text, v)
			}
			if holds := v.AtLeast(v.Major(), v.Minor()); holds == v.IsZero() {
				t.Errorf("%q is at least its own minor version: %v", v, holds)
			}
			versions = append(versions, v)
		}
		for _, u := range versions {
			for _, v := range versions {
				order := u.Compare(v)
				if order != -v.Compare(u) || u.Before(v) != (order < 0) || u.LaterMinor(v) && order <= 0 {
					t.Errorf("%q and %q compare as %d, the other way round as %d", u, v, order, v.Compare(u))
				}
				if (order == 0) != (u == v) && !u.IsZero() && !v.IsZero() {
					t.Errorf("%q and %q compare as %d", u, v, order)
				}
				for _, w := range versions {
					if order <= 0 && v.Compare(w) <= 0 && u.Compare(w) > 0 {
						t.Errorf("%q, %q, %q are not in order", u, v, w)
					}
				}
			}
		}
		testCondition(t, condition, versions)
	})
}

// testCondition wants a condition to hold for a minor version when it holds for one of its patches.
func testCondition(t *testing.T, text string, versions []Version) {
	c, err := ParseCondition(text)
	if err != nil {
		return
	}
	if again, err := ParseCondition(c.String()); err != nil || c.String() != text {
		t.Errorf("%q is printed as %q: %v", text, again, err)
	}
	for _, v := range versions {
		switch {
		case v.IsZero():
			if !c.Holds(v) {
				t.Errorf("%q does not hold for a version that is not known", text)
			}
		case !v.Partial():
			minor := v
			minor.partial, minor.patch = true, 0
			if c.Holds(v) && !c.Holds(minor) {
				t.Errorf("%q holds for %s, but not for %s", text, v, minor)
			}
		}
	}
	for _, v := range versions {
		if !v.Partial() || !c.Holds(v) {
			continue
		}
		// The patch for which it holds is one next to a patch that is named, or 0.
		patches := []uint{0}
		for _, term := range c.terms {
			patches = append(patches, term.version.patch-1, term.version.patch, term.version.patch+1)
		}
		found := false
		for _, patch := range patches {
			found = found || c.Holds(Version{major: v.major, minor: v.minor, patch: patch, known: true})
		}
		if !found {
			t.Errorf("%q holds for %s, but for none of its patches", text, v)
		}
	}
}
