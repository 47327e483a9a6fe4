// SPDX-License-Identifier: Apache-2.0

// Package assume answers what-if: a snapshot of a cluster with some changes that nobody has made yet, and the answers that
// the cluster would give then.
//
//	flux=2.10, flag=…, file=…, delete=… ──Parse──▶ List ─┐
//	probe/snapshot, as it was read ───────────────────────┴▶ Apply ──▶ another Snapshot
//	the cluster's answers, RBAC before and after ──────────▶ Reviewer
//
// The snapshot that was read does not change. What stands for nothing, or would change nothing, is refused: a mistake must
// not be taken for a change without consequences. The package asks nothing by itself and changes no cluster.
package assume

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Assumption is one change. Its String is what Parse was given.
type Assumption interface {
	fmt.Stringer
	apply(*state) error
	rbac() bool // it cannot be made without knowing roles and bindings
}

// List is some assumptions, in the order in which they are made.
type List []Assumption

// Strings returns the texts of the assumptions.
func (l List) Strings() []string {
	var texts []string
	for _, a := range l {
		texts = append(texts, safetext.Printable(a.String()))
	}
	return texts
}

// Version reports whether the list assumes another version of Flux than was found or given.
func (l List) Version() bool {
	return slices.ContainsFunc(l, func(a Assumption) bool { _, ok := a.(release); return ok })
}

// Error reports an assumption that cannot be made.
type Error struct {
	Assumption string // as it was given
	Problem    string // one clause
}

// Error is both on one line.
func (e *Error) Error() string {
	return safetext.Printable(e.Assumption + ": " + e.Problem)
}

// UnreadError reports an assumption from which nothing follows, because it is about RBAC and RBAC is not known in full.
type UnreadError struct {
	Assumption string // as it was given
	Why        string // which list could not be read, and why
}

// Error is both on one line.
func (e *UnreadError) Error() string {
	return safetext.Printable("what follows from " + e.Assumption + " is not known: " + e.Why)
}

// kinds are what can be assumed, by the word before the equals sign.
var kinds = map[string]func(text, value string, read Reader) (Assumption, error){
	"flux": parseRelease, "flag": parseFlag, "file": parseFile, "delete": parseDeletion,
}

// Parse reads assumptions, each KIND=VALUE. Their files are read by read. The error is an *Error, or that of read.
func Parse(texts []string, read Reader) (List, error) {
	var list List
	for _, text := range texts {
		kind, value, ok := strings.Cut(text, "=")
		parse := kinds[kind]
		switch {
		case parse == nil && !ok:
			return nil, &Error{text, "want flux=VERSION, flag=CONTROLLER:--FLAG=VALUE, file=FILE or delete=KIND/NAMESPACE/NAME"}
		case parse == nil:
			return nil, &Error{text, fmt.Sprintf("unknown kind %q%s", kind, spelling.Hint(kind, []string{"flux", "flag", "file", "delete"}))}
		case value == "":
			return nil, &Error{text, "the value is empty"}
		}
		a, err := parse(text, value, read)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

// Options tell where Flux is, as for the model of what was read.
type Options struct {
	FluxNamespace string
	FluxVersion   string // given by the user; empty when it was detected
	AllKinds      bool   // objects of all kinds count: something is about to be applied that they can be part of
}

// state is a snapshot while assumptions are made.
type state struct {
	*snapshot.Snapshot // a copy, whose lists and maps are replaced and never changed
	options            Options
	deleted            map[matrix.Origin]bool // objects that were there
	after              *After
}

// Apply makes all changes of l. The error is an *Error, an *UnreadError, or that of a file. s does not change.
func Apply(s *snapshot.Snapshot, l List, o Options) (*After, error) {
	now := &state{options: o, deleted: map[matrix.Origin]bool{}, Snapshot: s, after: newAfter()}
	for _, a := range l {
		now.Snapshot = now.Copy()
		before := now.Roles
		if err := a.apply(now); err != nil {
			return nil, err
		}
		now.Roles = aggregated(before, now.Roles)
		if why := s.WhyRBACUnread(); why != "" && (a.rbac() || !equality.Semantic.DeepEqual(s.Roles, now.Roles) || !equality.Semantic.DeepEqual(s.Bindings, now.Bindings)) {
			return nil, &UnreadError{a.String(), why}
		}
	}
	now.after.Snapshot = now.Copy()
	return now.after, nil
}

// flux is the model of the state.
func (s *state) flux() *model.Model {
	return model.New(s.Copy(), model.Options{FluxNamespace: s.options.FluxNamespace, FluxVersion: s.options.FluxVersion})
}

func (s *state) skip(what, why string) {
	s.after.NotKnown = append(s.after.NotKnown, matrix.Gap{Section: "assumed", What: what, Why: why})
}
