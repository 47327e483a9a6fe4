// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// asking collects what a policy asks the authorizer, each question once.
type asking struct {
	*section
	policy  *snapshot.AdmissionPolicy
	all     []*demanded
	by      map[string]*demanded
	skipped map[string]bool // fields
}

// demanded is a question, and the objects about which it is asked.
type demanded struct {
	demand
	as      matrix.Subject // who applies the objects; zero for several, if they are not who is asked about
	anyOf   [][]matrix.Review
	decides bool // the request is refused if it is not allowed
	objects []*object
}

// demand collects what an expression demands of an account that applies an object.
func (s *asking) demand(d demand, a *applier, o *object, c chance) {
	understood := d.understood
	for _, condition := range d.conditions {
		var anyOf [][]matrix.Review
		for _, q := range condition.anyOf {
			if review, ok := q.review(a.account, o); ok {
				anyOf = append(anyOf, []matrix.Review{review})
			}
		}
		if len(anyOf) < len(condition.anyOf) {
			understood = false
			continue
		}
		key := fmt.Sprint(d.Field, anyOf)
		one := s.by[key]
		if one == nil {
			one = &demanded{demand: d, as: a.account, anyOf: anyOf}
			s.by[key], s.all = one, append(s.all, one)
		}
		if one.as != a.account {
			one.as = matrix.Subject{}
		}
		one.decides = one.decides || d.refuses && condition.alone && c == always
		one.objects = append(one.objects, o)
	}
	if !understood {
		s.skip(d, o)
	}
}

// skip describes an expression that is not understood.
func (s *asking) skip(d demand, o *object) {
	if s.skipped[d.Field] {
		return
	}
	s.skipped[d.Field] = true
	why := "it is not known what this expression asks the authorizer: "
	if d.scopes() {
		why = "this expression asks the authorizer whether the policy applies at all: "
	}
	s.Skip(safetext.Printable(fmt.Sprintf("what %s of %s demands of those who apply %s", d.Field, s.policy.Origin(""), o)), safetext.Printable(why+d.line()))
}

// line is the expression in one line.
func (d demand) line() string { return strings.Join(strings.Fields(d.Text), " ") }

// add adds a check of each question. A change that would fail is named by its first object, what is there by the policy.
func (s *asking) add() {
	for _, d := range s.all {
		c := &matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Code: "FP414", Subject: d.anyOf[0][0].Subject, Severity: matrix.Error, Origin: matrix.Share(s.policy.Origin(d.Field)), Step: s.step,
				Because: fmt.Sprintf("%s demands it for %s, which Flux applies", s.policy.Origin(""), several(d.objects)),
			},
			Want: matrix.Allow, AnyOf: d.anyOf,
		}
		if d.as.Name != "" {
			c.Because += " as " + d.as.String()
		}
		if !d.decides {
			c.Severity = matrix.Warning
			c.Because += ", unless something else in it decides"
		}
		if s.step != 0 {
			c.Origin = matrix.Share(d.objects[0].origin)
		}
		s.Add(c)
	}
}
