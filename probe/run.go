// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"iter"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// run is the state of one Prober.Run: what was asked, what was answered, and which checks
// wait for which review. It belongs to the goroutine that ranges over the run. Distinct reviews and
// checks go by their number: there can be a million of each.
type run struct {
	matrix   *matrix.Matrix
	numbers  map[matrix.ReviewKey]int32 // of the reviews that are queued, in flight or answered
	asked    []asked                    // by number
	waiting  []int32                    // for each check, the next one that waits for the same review, or nobody
	done     []bool                     // for each check
	queue    []int32                    // numbers of reviews
	inFlight int
	answered int

	// statuses are the distinct answers, which are few.
	statuses map[authorizationv1.SubjectAccessReviewStatus]*authorizationv1.SubjectAccessReviewStatus
}

// asked is a review that is needed.
type asked struct {
	review   *matrix.Review
	answer   Answer
	answered bool  // answer is there
	waiting  int32 // the last check that waits for it, or nobody
}

// nobody ends a list of checks that wait.
const nobody = -1

func newRun(m *matrix.Matrix) *run {
	n := len(m.Checks)
	return &run{
		matrix: m, numbers: make(map[matrix.ReviewKey]int32), waiting: make([]int32, n), done: make([]bool, n),
		statuses: make(map[authorizationv1.SubjectAccessReviewStatus]*authorizationv1.SubjectAccessReviewStatus),
	}
}

// advance judges check i when all the answers that it needs are there; else it sees to it
// that the next one is asked.
func (r *run) advance(i int) (Finding, bool) {
	review, open := r.next(r.matrix.Checks[i])
	if !open {
		return r.judge(i), true
	}
	key := review.Key()
	number, known := r.numbers[key]
	if !known {
		number = int32(len(r.asked))
		r.numbers[key] = number
		r.asked = append(r.asked, asked{review: review, waiting: nobody})
		r.queue = append(r.queue, number)
	}
	r.waiting[i], r.asked[number].waiting = r.asked[number].waiting, int32(i)
	return Finding{}, false
}

// answer returns the answer to a review, false while there is none.
func (r *run) answer(review matrix.Review) (Answer, bool) {
	number, ok := r.numbers[review.Key()]
	if !ok || !r.asked[number].answered {
		return Answer{}, false
	}
	return r.asked[number].answer, true
}

// next returns the first review without an answer that can still matter to c: the alternatives are
// asked in order, each only as far as it holds, the next only when those before did not hold.
func (r *run) next(c matrix.Check) (*matrix.Review, bool) {
	asked, ok := c.(*matrix.Asked)
	if !ok {
		return nil, false
	}
	for _, alternative := range asked.AnyOf {
		holds := len(alternative) > 0
		for i := range alternative {
			answer, ok := r.answer(alternative[i])
			if !ok {
				return &alternative[i], true
			}
			if !answer.Allowed() {
				holds = false
				break
			}
		}
		if holds {
			break
		}
	}
	return nil, false
}

func (r *run) judge(i int) Finding {
	r.done[i] = true
	f := Judge(r.matrix.Checks[i], func(review matrix.Review) Answer {
		answer, _ := r.answer(review)
		return answer
	})
	f.Index = i
	return f
}

// receive takes a reply and yields the findings that it completes, in the order of their checks.
func (r *run) receive(reply reply) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		a := &r.asked[reply.number]
		a.answer, a.answered = r.share(reply.answer), true
		r.answered++
		first := int32(nobody)
		for i := a.waiting; i != nobody; { // the last came first
			i, r.waiting[i], first = r.waiting[i], first, i
		}
		for i := first; i != nobody; {
			next := r.waiting[i]
			if f, done := r.advance(int(i)); done && !yield(f) {
				return
			}
			i = next
		}
	}
}

// share returns answer with the status that equal answers have.
func (r *run) share(answer Answer) Answer {
	if answer.Status == nil {
		return answer
	}
	status, ok := r.statuses[*answer.Status]
	if !ok {
		status = answer.Status
		r.statuses[*status] = status
	}
	answer.Status = status
	return answer
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
