// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/ui"
)

// scope is where a role of an account counts; namespace "" is everywhere.
type scope struct {
	subject   matrix.Subject
	namespace string
}

// remedy is what would settle findings.
type remedy struct {
	*reading
	reviewer probe.Reviewer
	against  *contradictions

	missing  []matrix.Review    // to be granted
	why      map[scope][]string // the checks that need it
	excess   []ending
	other    []string // what no grant settles
	warnings int      // missing rights that were left out
}

func newRemedy(read *reading, reviewer probe.Reviewer, m *matrix.Matrix) *remedy {
	return &remedy{reading: read, reviewer: reviewer, against: contradictionsIn(m), why: map[scope][]string{}}
}

// ending is how to end a grant, and the checks that would be glad of it.
type ending struct {
	lines  []string
	checks []string
}

// take adds what a failed check needs.
func (r *remedy) take(ctx context.Context, f probe.Finding, e matrix.Expectation) {
	line := strings.TrimSpace(f.Code + " " + f.Subject.String() + ": " + f.Because)
	switch {
	case e.Settled != "":
		r.other = append(r.other, strings.TrimSuffix(f.Code+" "+f.Subject.String(), " ")+": "+f.Observed+"; "+f.Hint)
	case f.Verdict == matrix.Undetermined:
		r.other = append(r.other, line+"; undetermined: "+f.Reason)
	case r.against.with(e) != "":
		r.other = append(r.other, line+"; no role settles it together with "+r.against.with(e)+": change what asks for it")
	case f.Verdict == matrix.Missing && r.absent(f.Subject):
		r.other = append(r.other, line+"; nothing is granted to an account that does not exist")
	case f.Verdict == matrix.Missing:
		r.grant(ctx, e, line)
	default:
		r.end(ctx, e, line)
	}
}

// grant adds the reviews of the best way that are not allowed yet.
func (r *remedy) grant(ctx context.Context, e matrix.Expectation, line string) {
	for _, review := range way(e) {
		status, err := r.reviewer.Review(ctx, probe.Spec(review))
		if said, _ := verdict(status, err); said == ui.Allowed {
			continue
		}
		r.missing = append(r.missing, review)
		s := scope{review.Subject, review.Attributes.Namespace}
		if line := probe.Printable(line); !slices.Contains(r.why[s], line) {
			r.why[s] = append(r.why[s], line)
		}
	}
}

// end adds the ways to end what allows a check's accesses.
func (r *remedy) end(ctx context.Context, e matrix.Expectation, line string) {
	for _, ways := range e.Ways {
		for _, review := range ways {
			status, err := r.reviewer.Review(ctx, probe.Spec(review))
			if said, _ := verdict(status, err); said != ui.Allowed {
				continue
			}
			removals := r.index().Removals(review)
			if len(removals) == 0 {
				r.other = append(r.other, probe.Printable(line)+"; RBAC that could be read does not grant it: "+probe.Printable(status.Reason))
			}
			for _, removed := range removals {
				r.addEnding(removal(removed), probe.Printable(line))
			}
		}
	}
}

func (r *remedy) addEnding(lines []string, check string) {
	i := slices.IndexFunc(r.excess, func(e ending) bool { return slices.Equal(e.lines, lines) })
	if i < 0 {
		i = len(r.excess)
		r.excess = append(r.excess, ending{lines: lines})
	}
	if e := &r.excess[i]; !slices.Contains(e.checks, check) {
		e.checks = append(e.checks, check)
	}
}

// text is all of it as YAML, what is no grant in comments.
func (r *remedy) text(b *bytes.Buffer) ([]byte, error) {
	if why := r.unread(); why != "" {
		fmt.Fprintf(b, "# What is too much is not known in full: %s\n", why)
	}
	needs := rbac.Smallest(r.missing)
	if len(needs) == 0 {
		b.WriteString("# No right is missing that a role could grant.\n")
	}
	for _, n := range needs {
		text, err := n.YAML(r.why[scope{n.Subject, n.Namespace}]...)
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	for _, e := range r.excess {
		fmt.Fprintf(b, "---\n# Too much: %s\n", strings.Join(e.lines, "\n#   "))
		for _, check := range e.checks {
			fmt.Fprintf(b, "#   %s\n", check)
		}
	}
	if len(r.other) > 0 {
		b.WriteString("---\n# What no role settles:\n")
	}
	for _, line := range slices.Compact(r.other) {
		fmt.Fprintf(b, "#   %s\n", line)
	}
	if r.warnings > 0 {
		fmt.Fprintf(b, "---\n# Warnings were left out, %d of them; --fail-on warning takes them in.\n", r.warnings)
	}
	return b.Bytes(), nil
}
