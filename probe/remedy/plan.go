// SPDX-License-Identifier: Apache-2.0

// Package remedy works out what RBAC has to change: what would make failed checks pass, and the minimal
// roles that an account needs.
//
//	probe.Finding ──┐
//	probe/snapshot ─┼──▶ Plan ──▶ YAML: roles to apply, permissions to revoke
//	matrix.Matrix ──┴──▶ Minimal ──▶ YAML: the roles that would suffice
//
// It prints and changes nothing, and asks only its Reviewer. The package knows neither Flux nor a
// terminal nor client-go.
package remedy

import (
	"context"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Plan collects what would make failed checks pass.
type Plan struct {
	snapshot  *snapshot.Snapshot
	reviewer  probe.Reviewer
	conflicts *conflicts

	missing     []matrix.Review    // to be granted
	needed      map[scope][]string // the checks that need a grant, in words
	revocations []revocation
	unfixable   []string // what no role can fix
	omitted     int
}

// scope is where a role of an account counts; namespace "" is the whole cluster.
type scope struct {
	subject   matrix.Subject
	namespace string
}

// revocation is how to end a grant, a line for each alternative, and the checks that would then pass.
type revocation struct {
	lines  []string
	checks []string
}

// New begins a plan for the findings of a run on m, of which a grant must not violate another check. The
// reviewer is asked which of the accesses of a check are allowed already.
func New(s *snapshot.Snapshot, reviewer probe.Reviewer, m *matrix.Matrix) *Plan {
	return &Plan{snapshot: s, reviewer: reviewer, conflicts: conflictsIn(m), needed: map[scope][]string{}}
}

// AddFailed adds the findings that failed with severity error, and with warnings those of severity warning,
// too. Warnings that it leaves out are counted.
func (p *Plan) AddFailed(ctx context.Context, findings []probe.Finding, warnings bool) {
	for _, f := range findings {
		switch {
		case !f.Failed():
		case f.Severity == matrix.Error, f.Severity == matrix.Warning && warnings:
			p.Add(ctx, f)
		case f.Severity == matrix.Warning:
			p.omitted++
		}
	}
}

// Omitted is the number of warnings that AddFailed left out.
func (p *Plan) Omitted() int { return p.omitted }

// Add adds what one failed finding needs.
func (p *Plan) Add(ctx context.Context, f probe.Finding) {
	about := strings.TrimSpace(f.Code + " " + f.Subject.String())
	asked, ok := askedBy(f)
	if !ok {
		p.cannotFix(about + ": " + joined("; ", f.Observed, f.Hint))
		return
	}
	line := about + ": " + f.Because
	conflict := p.conflicts.with(asked)
	switch {
	case f.Verdict == matrix.Undetermined:
		p.cannotFix(line + "; undetermined: " + f.Reason)
	case conflict != "":
		p.cannotFix(line + "; no role can satisfy it together with " + conflict + ": change what asks for it")
	case f.Verdict == matrix.Missing && p.snapshot.Absent(f.Subject):
		p.cannotFix(line + "; the ServiceAccount does not exist, and permissions bound to a missing ServiceAccount go to whoever creates it")
	case f.Verdict == matrix.Missing:
		p.grant(ctx, asked, line)
	default:
		p.revoke(ctx, asked, line)
	}
}

// askedBy returns the check that a finding was judged from. A finding of a saved report has none: it is
// read as the one access that it names. It is false for a finding that was not asked.
func askedBy(f probe.Finding) (*matrix.Asked, bool) {
	switch check := f.Check.(type) {
	case *matrix.Asked:
		return check, true
	case nil:
		if f.Access == nil || f.Want == "" {
			return nil, false
		}
		return &matrix.Asked{
			CheckMeta: matrix.CheckMeta{Section: f.Section, Code: f.Code, Subject: matrix.Share(f.Subject), Severity: f.Severity, Because: f.Because},
			Want:      f.Want, AnyOf: matrix.One(f.Subject, *f.Access),
		}, true
	default:
		return nil, false
	}
}

// grant adds the reviews of the alternative with the fewest side effects that are not allowed yet.
func (p *Plan) grant(ctx context.Context, check *matrix.Asked, line string) {
	for _, review := range LeastPrivileged(check) {
		if probe.Ask(ctx, p.reviewer, review).Allowed() {
			continue
		}
		p.missing = append(p.missing, review)
		s := scope{review.Subject.Get(), review.Access.Namespace}
		p.needed[s] = appendNew(p.needed[s], line)
	}
}

// revoke adds how to end each grant of the check's accesses.
func (p *Plan) revoke(ctx context.Context, check *matrix.Asked, line string) {
	for _, review := range reviewsOf(check) {
		answer := probe.Ask(ctx, p.reviewer, review)
		if !answer.Allowed() {
			continue
		}
		removals := p.snapshot.RBAC().Removals(review)
		if len(removals) == 0 {
			p.cannotFix(joined(": ", line+"; no binding that could be read grants it", answer.Reason()))
		}
		for _, r := range removals {
			p.addRevocation(Revocation(r), line)
		}
	}
}

func (p *Plan) addRevocation(lines []string, check string) {
	i := slices.IndexFunc(p.revocations, func(r revocation) bool { return slices.Equal(r.lines, lines) })
	if i < 0 {
		i = len(p.revocations)
		p.revocations = append(p.revocations, revocation{lines: lines})
	}
	r := &p.revocations[i]
	r.checks = appendNew(r.checks, check)
}

func (p *Plan) cannotFix(line string) { p.unfixable = appendNew(p.unfixable, line) }

// appendNew appends a printable line unless it is there.
func appendNew(lines []string, line string) []string {
	if line = safetext.Printable(line); slices.Contains(lines, line) {
		return lines
	}
	return append(lines, line)
}

// joined joins the texts that are not empty.
func joined(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), separator)
}
