// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/compare"
	"github.com/flux-probe/flux-probe/probe/policy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Scan is a target that was read and the checks that were derived from it. It does not change: to
// read the target again makes another Scan.
type Scan struct {
	*connection
	options  Options
	read     *reading
	change   *model.Change // what is about to be applied; nil for nothing
	matrix   *matrix.Matrix
	policy   *policy.Policy
	reviewer *probe.Memory
	began    time.Time // when the target was read
	found    found
	assumed  *assumption // nil when nothing is assumed
}

// derive makes the checks of what was read, and of what is about to be applied over it: derived, restricted, and no more
// than can be asked.
func (c *connection) derive(ctx context.Context, read *reading, began time.Time, o Options) (*Scan, error) {
	change, unknown, err := c.change(ctx, read, o)
	if err != nil {
		return nil, err
	}
	m, err := checks(read, change, o)
	if err != nil {
		return nil, err
	}
	if m, err = restrict(m, read.Snapshot, o); err != nil {
		return nil, err
	}
	if c.local != "" {
		m = matrix.RestrictTo(m, c.local)
	}
	p := policy.New(policy.Options{
		Documents: o.Files, AcceptForbidden: o.AcceptForbidden, Baseline: o.Baseline, BaselineName: o.BaselineName, Today: time.Now(),
		Partial: o.partial(), NotAsked: c.notAsked(read, o),
	})
	p.Restrict(m)
	m.NotAsked = slices.Concat(m.NotAsked, read.skipped, unknown)
	if len(m.Checks) == 0 {
		m.NotAsked = append(m.NotAsked, nothing(o))
	}
	m.NotAsked = p.AcceptGaps(m.NotAsked)
	return &Scan{connection: c, options: o, began: began, read: read, change: change, matrix: m, policy: p, reviewer: c.reviewer(read.RBAC())}, nil
}

// checks are the built-in checks and those of matrix files.
func checks(found *reading, change *model.Change, o Options) (*matrix.Matrix, error) {
	files := matrixfile.Options{Namespace: o.Namespace, SectionOf: flux.SectionOf}
	for _, install := range found.Installs {
		files.FluxVersions = append(files.FluxVersions, install.Version)
	}
	classes, err := classesOf(o.Files)
	over := found.Snapshot
	if change != nil { // rules can be about what it brings
		over = change.After.Snapshot
	}
	custom, skipped, mistakes := matrixfile.Expand(o.Files, over, files)
	if err = errors.Join(mistakes, err); err != nil {
		return nil, &MatrixFileError{err}
	}
	m := &matrix.Matrix{}
	if !o.SkipBuiltin {
		m = flux.Derive(found.Model, flux.Options{
			Change: change, Profile: o.Profile, Exact: o.Exact, Strict: o.Strict, Exhaustive: o.Exhaustive, MaxReviews: o.MaxReviews, Classes: classes,
		})
	}
	if change != nil {
		opened := flux.Opened(found.Model, change, custom)
		custom, skipped = opened.Checks, append(skipped, opened.NotAsked...)
	}
	m.Checks, m.NotAsked = append(m.Checks, custom...), append(m.NotAsked, skipped...)
	return m, nil
}

// partial reports whether the options leave out checks that are asked by default, which a waiver can be
// about.
func (o Options) partial() bool {
	return o.Namespace != "" || o.FluxNamespace != "" || o.ServiceAccount != (matrix.Subject{}) || len(o.Sections) > 0 || len(o.Changes) > 0 ||
		o.SkipBuiltin || o.Profile != "" && o.Profile != flux.Release
}

// notAsked are the codes that a run does not ask, so that a waiver of them matches nothing.
func (c *connection) notAsked(read *reading, o Options) (codes []string) {
	if !o.Exact {
		codes = append(codes, "FP103")
	}
	if !o.Admission {
		codes = append(codes, admission.Refused, admission.Contradict)
	}
	if c.cluster == nil || read.WhyRBACUnread() != "" {
		codes = append(codes, compare.Code)
	}
	return codes
}

// Reload reads the target again and derives the checks for a profile. Answers of a
// cluster are kept.
func (s *Scan) Reload(ctx context.Context, profile flux.Profile) (*Scan, error) {
	o := s.options
	o.Profile = profile
	began := time.Now()
	read, err := s.connection.read(ctx, o)
	if err != nil {
		return nil, err
	}
	again, err := s.scan(ctx, read, began, o)
	if err == nil && s.memory != nil {
		s.memory.Keep(again.matrix.Reviews())
	}
	return again, err
}

// Options returns the options that the scan was opened with.
func (s *Scan) Options() Options { return s.options }

// Matrix returns the checks. It must not be changed.
func (s *Scan) Matrix() *matrix.Matrix { return s.matrix }

// Snapshot returns what was read. It must not be changed.
func (s *Scan) Snapshot() *snapshot.Snapshot { return s.read.Snapshot }

// Model returns what is known about Flux from what was read. It must not be changed.
func (s *Scan) Model() *model.Model { return s.read.Model }

// Reviewer asks the target, and only once what it has answered before.
func (s *Scan) Reviewer() probe.Reviewer { return s.reviewer }

// Repeated returns what had to be asked again so far; zero for manifests.
func (s *Scan) Repeated() probe.Requests {
	if s.cluster == nil {
		return probe.Requests{}
	}
	return s.cluster.Repeats().Counts()
}

// Report returns the report before anything was asked: what was probed, by whom, and every check as a
// finding without a verdict.
func (s *Scan) Report() *probe.Report {
	o := s.options
	r := &probe.Report{
		APIVersion: probe.SavedVersion, Kind: probe.ReportKind,
		Source:   s.source,
		Cluster:  probe.Cluster{Context: s.name, Kubernetes: s.read.Kubernetes},
		Asked:    probe.Asked{Only: o.Sections, Namespace: o.Namespace, ServiceAccount: o.ServiceAccount.String(), FailOn: cmp.Or(o.FailOn, matrix.Error)},
		Made:     probe.Made{At: s.began.UTC().Format(time.RFC3339), Version: o.Version},
		ProbedAs: s.user,
		Profile:  string(cmp.Or(o.Profile, flux.Release)),
		Assumed:  o.Assume.Strings(),
		NotAsked: s.matrix.NotAsked,
	}
	if s.cluster != nil {
		r.Cluster.Server = s.cluster.Server
	}
	if s.change != nil {
		for _, plan := range s.change.Plans {
			r.Asked.Preflight = append(r.Asked.Preflight, plan.Applier())
		}
	}
	for _, install := range s.read.Installs {
		r.Flux = append(r.Flux, probe.Flux{Namespace: install.Namespace, Version: install.Version})
	}
	r.Findings = probe.Pending(s.matrix)
	return r
}
