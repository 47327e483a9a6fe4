// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/resolve"
)

// assumption is what a Scan of an assumed state knows of the real one.
type assumption struct {
	now      *Scan            // without the assumptions; nil if no check is about what was chosen
	reviewer *assume.Reviewer // who answers; nil for manifests, where RBAC answers everything
}

// scan derives the checks of what was read, or of what is assumed instead.
func (c *connection) scan(ctx context.Context, read *reading, began time.Time, o Options) (*Scan, error) {
	now, err := c.derive(ctx, read, began, o)
	all, unable := withLockdown(read.Snapshot, o)
	if err = cmp.Or(err, unable); len(all) == 0 {
		return now, err
	}
	o.Assume = all
	if absent(err) { // it can be assumed
		now, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	after, err := assume.Apply(read.Snapshot, o.Assume, assume.Options{
		FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion, AllKinds: len(o.Changes) > 0,
	})
	if err != nil {
		return nil, err
	}
	if err := resolve.Namespace(after.Snapshot, o.focus()); err != nil {
		return nil, err
	}
	if o.Assume.Version() {
		o.FluxVersion = "" // it is the one that runs now
	}
	then, err := c.derive(ctx, read.assuming(after, o), began, o)
	if err != nil {
		return nil, err
	}
	then.assumed = &assumption{now: now}
	if now != nil {
		now.options.Assume = nil
	}
	if c.Live() {
		then.assumed.reviewer = assume.NewReviewer(c.reviewer(read.RBAC()), read.Snapshot, after.Snapshot)
		then.reviewer = probe.NewMemory(then.assumed.reviewer)
	}
	return then, nil
}

// assuming is what would be read after assumptions.
func (r *reading) assuming(after *assume.After, o Options) *reading {
	m := model.New(after.Snapshot, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion, Namespace: o.Namespace})
	return &reading{Model: m, skipped: slices.Concat(r.skipped, after.NotKnown), objects: r.objects, after: after}
}

// absent reports whether what was chosen is not there: no check is about the account, or nothing has the name.
func absent(err error) bool {
	var nothing *NothingExpectedError
	var name *resolve.Error
	return errors.As(err, &nothing) || errors.As(err, &name)
}

// compared asks all checks without the assumptions and with them, and compares the two reports. What the server has
// answered it is not asked again.
func (s *Scan) compared(ctx context.Context) *probe.Report {
	now := &probe.Report{}
	if s.assumed.now != nil {
		now = s.assumed.now.run(ctx)
	}
	report := s.run(ctx)
	report.Turned = probe.Turn(now, report)
	return report
}

// touched reports whether the assumptions make a difference to what RBAC says about a review, so that the server's answer
// does not count.
func (s *Scan) touched(r matrix.Review) bool {
	return s.assumed != nil && s.assumed.reviewer != nil && s.assumed.reviewer.Touched(r)
}

// mark notes which findings RBAC has decided, and leaves those undetermined that it cannot decide: those about an account
// for which it and the server were seen to differ.
func (s *Scan) mark(findings []probe.Finding) {
	if s.assumed == nil || s.assumed.reviewer == nil {
		return
	}
	for i, f := range findings {
		asked, ok := f.Check.(*matrix.Asked)
		if !ok {
			continue
		}
		touched, distrusted := false, false
		for review := range probe.Needed(asked, s.reviewer) {
			if s.assumed.reviewer.Touched(review) {
				touched = true
				distrusted = distrusted || s.assumed.reviewer.Distrusted(review.Subject.Get()) != ""
			}
		}
		switch {
		case distrusted:
			findings[i] = s.policy.Apply(probe.Judge(asked, s.trusted))
			findings[i].Index = f.Index
		case touched:
			findings[i].AnsweredBy = probe.ByRBAC
		}
	}
}

// trusted is the answer to a review, or why RBAC cannot give it.
func (s *Scan) trusted(review matrix.Review) probe.Answer {
	if why := s.assumed.reviewer.Distrusted(review.Subject.Get()); why != "" && s.assumed.reviewer.Touched(review) {
		return probe.Answer{Err: errors.New(why)}
	}
	answer, _ := s.reviewer.Answer(review)
	return answer
}
