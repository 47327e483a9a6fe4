// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// clean makes every text of f printable that a cluster could have had a say in.
func clean(f Finding) Finding {
	for _, s := range []*string{&f.Subject.Namespace, &f.Subject.Name, &f.Because, &f.Reason, &f.Via, &f.Observed, &f.Hint} {
		*s = safetext.Printable(*s)
	}
	o := f.Origin.Get()
	for _, s := range []*string{&o.Kind, &o.Namespace, &o.Name, &o.Field, &o.Release, &o.File} {
		*s = safetext.Printable(*s)
	}
	if o != f.Origin.Get() {
		f.Origin = matrix.Share(o)
	}
	if f.Access != nil {
		a := matrix.Access{
			Verb: safetext.Printable(f.Access.Verb), Group: safetext.Printable(f.Access.Group), Resource: safetext.Printable(f.Access.Resource),
			Subresource: safetext.Printable(f.Access.Subresource), Namespace: safetext.Printable(f.Access.Namespace),
			Name: safetext.Printable(f.Access.Name), Path: safetext.Printable(f.Access.Path),
		}
		if a != *f.Access { // else f shares it with its check
			f.Access = &a
		}
	}
	return f
}

// Printable returns f with every text printable, for a finding that comes from a file: there every field can hold
// anything.
func (f Finding) Printable() Finding {
	f.Section, f.Code = safetext.Printable(f.Section), safetext.Printable(f.Code)
	f.Verdict = matrix.Verdict(safetext.Printable(string(f.Verdict)))
	f.Severity = matrix.Severity(safetext.Printable(string(f.Severity)))
	f.Want = matrix.Effect(safetext.Printable(string(f.Want)))
	f.Subject.Kind = safetext.Printable(f.Subject.Kind)
	if !f.Waiver.IsZero() {
		f.Waiver = matrix.Share(f.Waiver.Get().printable())
	}
	return clean(f)
}
