// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/util/version"
)

// fluxVersion is a release of Flux, v2.9.5. The zero value stands for one that is not known.
type fluxVersion struct {
	version *version.Version
	text    string
}

// parseRelease reads v2.9.5, 2.9.5, 2.9 and 2.10.0-rc.1; a release candidate counts as its release,
// because it already ships the release's rules, and 2.9 alone as the last patch of 2.9. It is false
// for anything that names no Flux 2 release: latest, a digest, the tag of a controller's image.
func parseRelease(text string) (fluxVersion, bool) {
	v, err := version.ParseGeneric(text)
	if err != nil || v.Major() != 2 {
		return fluxVersion{}, false
	}
	minor := fmt.Sprintf("%d.%d", v.Major(), v.Minor())
	if len(v.Components()) == 2 {
		return fluxVersion{version.MustParseGeneric(minor + ".9999"), "v" + minor}, true
	}
	exact := fmt.Sprintf("%s.%d", minor, v.Patch())
	return fluxVersion{version.MustParseGeneric(exact), "v" + exact}, true
}

// before orders releases by version.
func (r fluxVersion) before(other fluxVersion) bool { return r.version.LessThan(other.version) }

// String is v2.9.5, or v2.9 when the patch is not known, and empty for the zero value.
func (r fluxVersion) String() string { return r.text }

// UnmarshalJSON reads the releases of the data files, where each must be one.
func (r *fluxVersion) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading a release: %w", err)
	}
	parsed, ok := parseRelease(text)
	if !ok {
		return fmt.Errorf("%q is no Flux release; write it as v2.9.5", text)
	}
	*r = parsed
	return nil
}

// span is the releases for which a datum holds: from Since on and before Until, each open when zero.
type span struct {
	Since fluxVersion `json:"since"`
	Until fluxVersion `json:"until"`
}

func (s span) holds(r fluxVersion) bool {
	return (s.Since.version == nil || !r.before(s.Since)) && (s.Until.version == nil || r.before(s.Until))
}

// judgedBy is the release whose data an install of the version text is judged by, and why it is
// another than the version says, in words; the latter is empty when it is the same.
func (d releases) judgedBy(text string) (fluxVersion, string) {
	r, ok := parseRelease(text)
	switch {
	case text == "":
		return d.Newest, "its version is not known: it is assumed to be the newest known release, " + d.Newest.String()
	case !ok:
		return d.Newest, fmt.Sprintf("%q names no Flux release: it is assumed to be the newest known release, %s", text, d.Newest)
	case r.before(d.Oldest):
		return d.Oldest, fmt.Sprintf("%s is older than the oldest release whose rights are known: it is judged by %s", r, d.Oldest)
	case r.laterMinor(d.Newest):
		return d.Newest, fmt.Sprintf("%s is newer than the newest release whose rights are known: it is judged by %s", r, d.Newest)
	}
	return r, ""
}

// laterMinor says whether r is of a later minor than other: patches of a known minor count as known.
func (r fluxVersion) laterMinor(other fluxVersion) bool {
	return r.version.Minor() > other.version.Minor()
}
