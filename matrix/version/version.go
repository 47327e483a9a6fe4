// SPDX-License-Identifier: Apache-2.0

// Package version compares the versions of Kubernetes and of Flux, as every other package does it.
//
// Texts come from labels, image tags, flags, data files and the API server; what is returned goes into
// checks. The package parses with k8s.io/apimachinery/pkg/util/version and adds what that has no word
// for: a version whose patch is not known, and conditions that such a version can meet.
package version

import (
	"cmp"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"
)

// Version is a version such as v2.9.5, or v2.9 when its patch is not known. What follows the patch
// (v2.10.0-rc.1, v1.37.2-gke.100) is ignored: a release candidate already has what its release has.
// The zero value stands for a version that is not known. Version is comparable.
type Version struct {
	major, minor, patch uint
	partial             bool // the patch is not known
	known               bool
}

// Parse reads v2.9.5, 2.9.5, v2.9, 1.37+ and v1.37.2-gke.100.
func Parse(text string) (Version, error) {
	parsed, err := version.ParseGeneric(text)
	if err != nil {
		return Version{}, fmt.Errorf("%q is not a version: write it as v2.9.5 or v2.9", text)
	}
	return Version{
		major: parsed.Major(), minor: parsed.Minor(), patch: parsed.Patch(), partial: len(parsed.Components()) == 2, known: true,
	}, nil
}

// Major returns the major version number.
func (v Version) Major() uint { return v.major }

// Minor returns the minor version number.
func (v Version) Minor() uint { return v.minor }

// IsZero reports whether the version is not known.
func (v Version) IsZero() bool { return !v.known }

// Partial reports whether only the minor version is known.
func (v Version) Partial() bool { return v.partial }

// String is v2.9.5, or v2.9 when the patch is not known, and empty for the zero value.
func (v Version) String() string {
	switch {
	case !v.known:
		return ""
	case v.partial:
		return fmt.Sprintf("v%d.%d", v.major, v.minor)
	default:
		return fmt.Sprintf("v%d.%d.%d", v.major, v.minor, v.patch)
	}
}

// AtLeast reports whether the version is of this minor or a later one; false when it is not known.
func (v Version) AtLeast(major, minor uint) bool {
	return v.known && cmp.Or(cmp.Compare(v.major, major), cmp.Compare(v.minor, minor)) >= 0
}

// Compare orders versions. A version without a patch counts as the last patch of its minor.
func (v Version) Compare(w Version) int {
	return cmp.Or(v.compareMinor(w), boolCompare(v.partial, w.partial), cmp.Compare(v.patch, w.patch))
}

// Before reports whether v is older than w. A version without a patch counts as the last patch of its
// minor.
func (v Version) Before(w Version) bool { return v.Compare(w) < 0 }

// LaterMinor reports whether v is of a later minor version than w.
func (v Version) LaterMinor(w Version) bool { return v.compareMinor(w) > 0 }

func (v Version) compareMinor(w Version) int {
	return cmp.Or(cmp.Compare(v.major, w.major), cmp.Compare(v.minor, w.minor))
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// UnmarshalJSON reads a version of a data file.
func (v *Version) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading a version: %w", err)
	}
	parsed, err := Parse(text)
	if err != nil {
		return err
	}
	*v = parsed
	return nil
}
