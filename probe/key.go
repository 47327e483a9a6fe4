// SPDX-License-Identifier: Apache-2.0

package probe

import "github.com/flux-probe/flux-probe/matrix"

// Key identifies a check across reports. Findings that have the same Key are about the same check, or
// about several that nothing tells apart. It is comparable.
type Key struct {
	code    string
	subject matrix.Subject
	access  matrix.Access
	want    matrix.Effect
	origin  matrix.Origin
}

// Key returns the Key of the check that f is about. It leaves out Flux releases and positions in files,
// which change without the check.
func (f Finding) Key() Key {
	k := Key{code: f.Code, subject: f.Subject, want: f.Want, origin: f.Origin.Get().WithoutLocation()}
	k.origin.Release = ""
	if f.Origin.Get().Kind == "PermissionMatrix" {
		k.origin = matrix.Origin{Kind: f.Origin.Get().Kind}
	}
	if f.Access != nil {
		k.access, k.origin.Field = *f.Access, ""
	}
	return k
}
