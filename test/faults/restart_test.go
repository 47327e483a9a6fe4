// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"net/http"
	"sync"
	"testing"
)

// restarts kills the API server and starts it again in the middle of runs. It is no fake: a server that is
// coming up refuses for a moment what it will allow, without an evaluation error.
func restarts(t *testing.T, s *server, results *results) {
	for _, c := range []cell{
		{kind: "the server restarts", moment: "after 20", disturbance: disturbance{on: reviews, when: exactly(20)}, may: honest,
			args: selection(s.state)},
		{kind: "the server restarts", moment: "after 500 of all", disturbance: disturbance{on: reviews, when: exactly(500)}, may: honest,
			args: []string{"--only", "controllers,reconcilers"}},
		{kind: "the server restarts", moment: "at the first list", disturbance: disturbance{on: "clusterroles", when: once}, may: honest,
			args: selection(s.state)},
	} {
		c.in = s.state
		t.Run(c.name(), func(t *testing.T) {
			truth := s.truth(t, c.args)
			var restart sync.WaitGroup
			c.fault = fault{make: func(*proxy) handler {
				return func(http.ResponseWriter, *request) {
					restart.Go(func() {
						if err := s.Restart(t.Context()); err != nil {
							t.Error(err)
						}
					})
					panic(http.ErrAbortHandler)
				}
			}}
			o := probe(t, newProxy(t, s, &c.disturbance), c.args)
			restart.Wait()
			check(t, s, results, c, o, truth)
		})
	}
}

// exactly hits the nth request alone.
func exactly(n int) when { return func(r *request) bool { return r.n == n } }
