// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// explain tells the terminal UI of a finding what grants its access, or nearly does, one thing a line.
// It asks again only what memory has no answer to.
func (s *session) explain(ctx context.Context, memory probe.Reviewer, f probe.Finding) ([]string, error) {
	if f.Access == nil {
		return nil, nil
	}
	x := explainer{reading: s.last.Load(), matrix: &matrix.Matrix{}, reviewer: memory, clustery: s.cluster != nil}
	review := matrix.Review{Subject: f.Subject, Attributes: *f.Access}
	e := x.access(ctx, review)
	var lines []string
	add := func(before string, texts ...string) {
		for _, text := range texts {
			if text != "" {
				lines = append(lines, before+text)
			}
		}
	}
	add("but: ", e.Second)
	add("granted: ", e.Grants...)
	add("nearly: ", e.NearMisses...)
	add("not all is known: ", e.Unread)
	if f.Want == matrix.Deny && e.Verdict == ui.Allowed {
		for _, r := range x.index().Removals(review) {
			add("to end it: ", removal(r)...)
		}
	}
	if len(lines) == 0 {
		lines = []string{"no binding grants it, and none nearly does"}
	}
	return lines, ctx.Err()
}

// fix is the YAML that settles a finding.
func (s *session) fix(ctx context.Context, memory probe.Reviewer, f probe.Finding) (string, error) {
	e := matrix.Expectation{Code: f.Code, Subject: f.Subject, Want: f.Want}
	if f.Access != nil {
		e.Ways = matrix.One(f.Subject, *f.Access)
	}
	// The check itself knows of other ways; it is another one while the matrix is being replaced.
	if m := s.derived.Load(); f.Index < len(m.Expectations) && m.Expectations[f.Index].Code == f.Code && m.Expectations[f.Index].Subject == f.Subject {
		e = m.Expectations[f.Index]
	}
	r := newRemedy(s.last.Load(), memory, s.derived.Load())
	r.take(ctx, f, e)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	text, err := r.text(&bytes.Buffer{})
	return string(text), err
}
