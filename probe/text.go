// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"
	"unicode"

	"github.com/flux-probe/flux-probe/matrix"
)

// Printable makes one safe line of text that came from a cluster: control characters and the
// invisible ones that reorder text are dropped, line breaks and tabs become spaces, and runs of
// spaces become one. Names and reasons can hold terminal escapes that webhooks or aggregated APIs
// put there.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// plain is the common case, printable ASCII, which costs no copy.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// clean makes every text of f printable that a cluster could have had a say in.
func clean(f Finding) Finding {
	for _, s := range []*string{
		&f.Subject.Namespace, &f.Subject.Name, &f.Because, &f.Reason, &f.Via, &f.Observed, &f.Hint,
		&f.Origin.Kind, &f.Origin.Namespace, &f.Origin.Name, &f.Origin.Field, &f.Origin.Release, &f.Origin.File, &f.Waiver.Reason, &f.Waiver.Owner, &f.Waiver.Until,
	} {
		*s = Printable(*s)
	}
	if f.Access != nil {
		a := *f.Access
		f.Access = &matrix.Attributes{
			Verb: Printable(a.Verb), Group: Printable(a.Group), Resource: Printable(a.Resource),
			Subresource: Printable(a.Subresource), Namespace: Printable(a.Namespace), Name: Printable(a.Name), Path: Printable(a.Path),
		}
	}
	return f
}
