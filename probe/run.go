// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"iter"

	"github.com/flux-probe/flux-probe/matrix"
)

// run is the state of one Prober.Run: what was asked, what was answered, and which expectations
// wait for which review. It belongs to the goroutine that ranges over the run.
type run struct {
	matrix   *matrix.Matrix
	answers  map[matrix.Review]Answer
	asked    map[matrix.Review]bool  // queued, in flight or answered
	waiting  map[matrix.Review][]int // expectations by the review that they need next
	done     []bool
	queue    []matrix.Review
	inFlight int
}

func newRun(m *matrix.Matrix) *run {
	n := len(m.Expectations)
	return &run{
		matrix:  m,
		answers: make(map[matrix.Review]Answer, n),
		asked:   make(map[matrix.Review]bool, n),
		waiting: make(map[matrix.Review][]int, n),
		done:    make([]bool, n),
	}
}

// advance judges expectation i when all the answers that it needs are there; else it sees to it
// that the next one is asked.
func (r *run) advance(i int) (Finding, bool) {
	e := r.matrix.Expectations[i]
	if review, open := r.next(e); open {
		r.waiting[review] = append(r.waiting[review], i)
		if !r.asked[review] {
			r.asked[review] = true
			r.queue = append(r.queue, review)
		}
		return Finding{}, false
	}
	return r.judge(i), true
}

// next is the first review without an answer that can still matter to e: the ways are asked in
// order, a way only as far as it holds, the next way only when those before did not hold.
func (r *run) next(e matrix.Expectation) (matrix.Review, bool) {
	if e.Settled != "" {
		return matrix.Review{}, false
	}
	for _, way := range e.Ways {
		holds := len(way) > 0
		for _, review := range way {
			answer, ok := r.answers[review]
			if !ok {
				return review, true
			}
			if answer.outcome() != allowed {
				holds = false
				break
			}
		}
		if holds {
			break
		}
	}
	return matrix.Review{}, false
}

func (r *run) judge(i int) Finding {
	r.done[i] = true
	f := Judge(r.matrix.Expectations[i], func(review matrix.Review) Answer { return r.answers[review] })
	f.Index = i
	return f
}

// settle takes a reply and yields the findings that it completes.
func (r *run) settle(reply reply) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		r.answers[reply.review] = reply.answer
		waiting := r.waiting[reply.review]
		delete(r.waiting, reply.review)
		for _, i := range waiting {
			if f, done := r.advance(i); done && !yield(f) {
				return
			}
		}
	}
}

// rest yields what is still open, judged by the answers that there are.
func (r *run) rest() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for i, done := range r.done {
			if !done && !yield(r.judge(i)) {
				return
			}
		}
	}
}
