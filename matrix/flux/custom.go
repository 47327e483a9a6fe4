// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
)

// custom derives FP901: what people expect by files.
type custom struct{ options Options }

func (c custom) Expectations(s *Snapshot) ([]matrix.Expectation, []matrix.Gap) {
	out, _ := c.expand(s)
	return out.expectations, out.gaps
}

// CheckFiles says whether the files can be expanded on the cluster. The error joins all mistakes,
// each a *file.Error: a verb, resource or group that the cluster does not know. Derive leaves these
// out, so nothing should be asked then.
func CheckFiles(s *Snapshot, o Options) error {
	_, errs := custom{o}.expand(s)
	return errors.Join(errs...)
}

// expansion is the files of a run on their way to checks.
type expansion struct {
	*expander
	derived
	options Options
	fluxes  []string // the versions of the installs
	errs    []error
}

func (c custom) expand(s *Snapshot) (derived, []error) {
	x := &expansion{expander: &expander{newIndex(s), s}, options: c.options}
	for _, install := range s.Installs {
		x.fluxes = append(x.fluxes, install.Version)
	}
	for _, l := range c.options.Files {
		for i, e := range l.Expectations {
			x.entry(l, fmt.Sprintf("expectations[%d]", i), e)
		}
	}
	return x.derived, x.errs
}

func (x *expansion) entry(l *file.Loaded, field string, e file.Entry) {
	if !e.When.Holds(x.snapshot.Kubernetes, x.fluxes) {
		x.gap(l.Origin(field).String(), "it is for "+e.When.String())
		return
	}
	var subjects []matrix.Subject
	for i, s := range e.Subjects {
		at := fmt.Sprintf("%s.subjects[%d]", field, i)
		found, lost := x.subjects(s)
		if lost != "" {
			x.lost(l, at, e, lost)
		} else if len(found) == 0 {
			x.gap(l.Origin(at).String(), "no ServiceAccount is like it")
		}
		subjects = append(subjects, found...)
	}
	var accesses []fileAccess
	for i, a := range e.Access {
		accesses = append(accesses, x.access(l, fmt.Sprintf("%s.access[%d]", field, i), e, a)...)
	}
	ways := x.ways(l, field, e)
	for _, s := range unique(subjects) {
		for _, a := range accesses {
			x.check(l, a.field, e, s, matrix.One(s, a.attributes), a.lost)
		}
		if len(ways) > 0 {
			reviews, lost := asked(s, ways)
			x.check(l, field, e, s, reviews, lost)
		}
	}
}

// ways expands the ways of an entry; a way with something that is left out is none.
func (x *expansion) ways(l *file.Loaded, field string, e file.Entry) (ways [][]fileAccess) {
	for i, list := range e.Ways {
		var way []fileAccess
		whole := true
		for j, a := range list {
			found := x.access(l, fmt.Sprintf("%s.ways[%d][%d]", field, i, j), e, a)
			whole = whole && len(found) > 0
			way = append(way, found...)
		}
		if whole {
			ways = append(ways, way)
		}
	}
	return ways
}

// asked are ways about a subject; lost is why it cannot be told what one of them is.
func asked(s matrix.Subject, ways [][]fileAccess) (reviews [][]matrix.Review, lost string) {
	for _, way := range ways {
		list := make([]matrix.Review, len(way))
		for i, a := range way {
			list[i], lost = matrix.Review{Subject: s, Attributes: a.attributes}, cmp.Or(lost, a.lost)
		}
		reviews = append(reviews, list)
	}
	return reviews, lost
}

// check adds one check, settled when discovery could not answer for what it is about.
func (x *expansion) check(l *file.Loaded, field string, e file.Entry, s matrix.Subject, ways [][]matrix.Review, lost string) {
	c := x.expectation(l, field, e)
	c.Subject, c.Ways = s, ways
	if !x.shows(c) {
		return
	}
	if lost != "" {
		c.Want, c.Settled, c.Observed = "", matrix.Undetermined, lost
	}
	x.add(c)
}

// lost adds what could not be expanded, because a list could not be read.
func (x *expansion) lost(l *file.Loaded, field string, e file.Entry, why string) {
	c := x.expectation(l, field, e)
	c.Want, c.Settled, c.Observed = "", matrix.Undetermined, why
	x.add(c)
}

func (x *expansion) expectation(l *file.Loaded, field string, e file.Entry) matrix.Expectation {
	code := cmp.Or(e.Code, file.Code)
	return matrix.Expectation{
		Section: sectionOf(code), Code: code, Want: e.Expect, Severity: cmp.Or(e.Severity, matrix.Error),
		Because: cmp.Or(e.Because, "a matrix file expects it"), Origin: l.Origin(field), Hint: e.Hint, Refused: e.Refused,
	}
}

// shows says whether the check is about the namespace that the options name.
func (x *expansion) shows(c matrix.Expectation) bool {
	access, _ := c.Access()
	return x.options.Namespace == "" || c.Subject.Namespace == x.options.Namespace || access.Attributes.Namespace == x.options.Namespace
}

// sectionOf is the section of a code: FP1xx is of the first, and FP9xx of files.
func sectionOf(code string) string {
	sections := Sections(Options{})
	if i := int(code[2] - '1'); i >= 0 && i < len(sections) {
		return sections[i].Name
	}
	return file.Section
}

func unique[T comparable](list []T) []T {
	var kept []T
	seen := make(map[T]bool, len(list))
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	return kept
}
