// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

type (
	spec   = authorizationv1.SubjectAccessReviewSpec
	status = authorizationv1.SubjectAccessReviewStatus
)

var (
	throttled = apierrors.NewTooManyRequests("slow down", 2)
	broken    = apierrors.NewInternalError(errors.New("etcd is away"))
	forbidden = apierrors.NewForbidden(schema.GroupResource{Resource: "subjectaccessreviews"}, "", errors.New("no"))
)

// failing answers with errs, one a call, and then allows.
func failing(calls *int, errs ...error) probe.Reviewer {
	return probe.ReviewerFunc(func(context.Context, spec) (status, error) {
		*calls++
		if *calls <= len(errs) {
			return status{}, errs[*calls-1]
		}
		return status{Allowed: true}, nil
	})
}

// silent never answers.
var silent = probe.ReviewerFunc(func(ctx context.Context, _ spec) (status, error) {
	<-ctx.Done()
	return status{}, ctx.Err()
})

func TestRetryRepeatsWhatPasses(t *testing.T) {
	for name, test := range map[string]struct {
		errs  []error
		calls int
		want  error
	}{
		"an answer":              {nil, 1, nil},
		"throttled":              {[]error{throttled, throttled}, 3, nil},
		"server error":           {[]error{broken}, 2, nil},
		"explained":              {[]error{explain("https://k", broken)}, 2, nil},
		"body cut short":         {[]error{explain("https://k", fmt.Errorf("unexpected error when reading response body. Please retry. Original error: %w", io.ErrUnexpectedEOF))}, 2, nil},
		"redirect":               {[]error{&url.Error{Op: "Post", URL: "https://k", Err: &RedirectError{Host: "https://other"}}}, 1, &url.Error{Op: "Post", URL: "https://k", Err: &RedirectError{Host: "https://other"}}},
		"not an answer":          {[]error{&InvalidAnswerError{Reason: "the response has no status"}}, 1, &InvalidAnswerError{Reason: "the response has no status"}},
		"connection reset":       {[]error{&url.Error{Op: "Post", URL: "https://k", Err: syscall.ECONNRESET}}, 2, nil},
		"forbidden":              {[]error{forbidden}, 1, forbidden},
		"not an API server":      {[]error{errors.New("invalid character '<'")}, 1, errors.New("invalid character '<'")},
		"throttled, then a no":   {[]error{throttled, forbidden}, 2, forbidden},
		"credential has expired": {[]error{apierrors.NewUnauthorized("expired")}, 1, apierrors.NewUnauthorized("expired")},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				r := &Retry{Reviewer: failing(&calls, test.errs...)}
				answer, err := r.Review(t.Context(), spec{})
				if calls != test.calls {
					t.Errorf("asked %d times, want %d", calls, test.calls)
				}
				if test.want == nil && (err != nil || !answer.Allowed) || test.want != nil && (err == nil || err.Error() != test.want.Error()) {
					t.Errorf("got %v, %v; want error %v", answer, err, test.want)
				}
			})
		})
	}
}

func TestRetryWaitsAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		r := &Retry{Reviewer: failing(&calls, throttled, broken, throttled), Repeats: &probe.Repeats{}}
		start := time.Now()
		if _, err := r.Review(t.Context(), spec{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 4*time.Second || took > 5*time.Second {
			t.Errorf("waited %s, want twice the 2s of Retry-After and a short backoff", took)
		}
		want := probe.Requests{Retries: 3, Throttled: 2, Waited: math.Round(time.Since(start).Seconds()*10) / 10}
		if got := r.Repeats.Counts(); got != want {
			t.Errorf("counted %+v, want %+v", got, want)
		}
	})
}

func TestRetryGivesUp(t *testing.T) {
	for name, test := range map[string]struct {
		reviewer probe.Reviewer
		want     string
	}{
		"throttled for ever":      {always(throttled), "slow down"},
		"failing for ever":        {always(broken), "etcd is away"},
		"silent for ever":         {silent, "deadline exceeded"},
		"asked to come back late": {always(apierrors.NewTooManyRequests("come back tomorrow", 86400)), "come back tomorrow"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &Retry{Reviewer: test.reviewer, Patience: 10 * time.Second, Repeats: &probe.Repeats{}}
				start := time.Now()
				_, err := r.Review(t.Context(), spec{})
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %q", err, test.want)
				}
				if took := time.Since(start); took > 11*time.Second {
					t.Errorf("gave up after %s", took)
				}
				// The server is given up: later reviews fail at once, with the reason.
				start = time.Now()
				for range 5 {
					_, err := r.Review(t.Context(), spec{})
					if stopped := (*StoppedError)(nil); !errors.As(err, &stopped) || !strings.Contains(err.Error(), test.want) {
						t.Errorf("a later review failed with %v, want that it was not asked", err)
					}
				}
				if took := time.Since(start); took > 0 {
					t.Errorf("five later reviews took %s", took)
				}
				if n := r.Repeats.Counts().GivenUp; n != 6 {
					t.Errorf("counted %d reviews that were given up, want 6", n)
				}
			})
		})
	}
}

// TestRetryStopsAsking lets a prober ask 3,000 questions of a server that stops answering after 500 of them.
func TestRetryStopsAsking(t *testing.T) {
	const questions, answered = 3000, 500
	for name, fault := range map[string]probe.Reviewer{
		"throttled":    always(throttled),
		"no backend":   always(apierrors.NewServiceUnavailable("no backend")),
		"silent":       silent,
		"broken off":   always(&url.Error{Op: "Post", URL: "https://k", Err: io.EOF}),
		"for tomorrow": always(apierrors.NewTooManyRequests("come back tomorrow", 86400)),
		"failing slowly": probe.ReviewerFunc(func(ctx context.Context, s spec) (status, error) {
			time.Sleep(3 * time.Second)
			return status{}, broken
		}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked, inFlight, most, late atomic.Int64
				start := time.Now()
				var stopped time.Time
				r := &Retry{Reviewer: probe.ReviewerFunc(func(ctx context.Context, s spec) (status, error) {
					most.Store(max(most.Load(), inFlight.Add(1)))
					defer inFlight.Add(-1)
					if time.Since(start) > DefaultPatience {
						late.Add(1)
					}
					if asked.Add(1) <= answered {
						time.Sleep(10 * time.Millisecond)
						return status{Allowed: true}, nil
					}
					return fault.Review(ctx, s)
				})}
				m := &matrix.Matrix{}
				for i := range questions {
					m.Checks = append(m.Checks, &matrix.Asked{Want: matrix.Allow, AnyOf: matrix.One(
						matrix.ServiceAccount("apps", "dev"), matrix.Access{Verb: "get", Resource: "pods", Name: fmt.Sprint(i)})})
				}
				verdicts := map[matrix.Verdict]int{}
				p := probe.Prober{Reviewer: r}
				for f := range p.Run(t.Context(), m) {
					verdicts[f.Verdict]++
				}
				stopped = time.Now()
				if took := stopped.Sub(start); took > DefaultPatience+5*time.Second {
					t.Errorf("took %s", took)
				}
				if verdicts[matrix.Pass] != answered || verdicts[matrix.Undetermined] != questions-answered {
					t.Errorf("got %v", verdicts)
				}
				if most.Load() > probe.DefaultConcurrency || late.Load() > 2*probe.DefaultConcurrency {
					t.Errorf("%d in flight, %d asked after patience had ended", most.Load(), late.Load())
				}
			})
		})
	}
}

// TestRetryAsksAgainLater lets a server come back that was given up.
func TestRetryAsksAgainLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		var back atomic.Bool
		r := &Retry{Patience: 10 * time.Second, Reviewer: probe.ReviewerFunc(func(context.Context, spec) (status, error) {
			asked.Add(1)
			time.Sleep(10 * time.Millisecond)
			if !back.Load() {
				return status{}, broken
			}
			return status{Allowed: true}, nil
		})}
		all := func() (answers int) {
			var wait sync.WaitGroup
			var lock sync.Mutex
			for range 32 {
				wait.Go(func() {
					if _, err := r.Review(t.Context(), spec{}); err == nil {
						lock.Lock()
						defer lock.Unlock()
						answers++
					}
				})
			}
			wait.Wait()
			return answers
		}
		_ = all()
		time.Sleep(time.Minute)
		asked.Store(0)
		if answers := all(); answers != 0 || asked.Load() != 1 {
			t.Errorf("%d answers to %d requests while the server is away, want 0 to a single one", answers, asked.Load())
		}
		time.Sleep(time.Minute)
		back.Store(true)
		if answers := all(); answers != 32 {
			t.Errorf("%d answers when the server is back, want 32", answers)
		}
	})
}

func always(err error) probe.Reviewer {
	return probe.ReviewerFunc(func(context.Context, spec) (status, error) { return status{}, err })
}

func TestRetryEndsWithItsContext(t *testing.T) {
	for name, reviewer := range map[string]probe.Reviewer{"while it waits": always(throttled), "while it asks": silent} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				_, err := (&Retry{Reviewer: reviewer}).Review(ctx, spec{})
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
					t.Errorf("got %v after %s, want the end of the context at 1s", err, time.Since(start))
				}
			})
		})
	}
}

// TestOnlyRetryRepeats sees to it that client-go's own silent repetition is off: with it, a
// throttled review would be sent up to eleven times before Retry hears of it.
func TestOnlyRetryRepeats(t *testing.T) {
	for _, code := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			requests := 0
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				requests++
				w.Header().Set("Retry-After", "1")
				http.Error(w, "no seat", code)
			})
			for _, reviewer := range []probe.Reviewer{c.Reviewer(), c.Local("apps")} {
				requests = 0
				_, err := reviewer.Review(t.Context(), spec{ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: "apps"}})
				if requests != 1 {
					t.Errorf("sent %d requests, want 1", requests)
				}
				if !passes(err) || suggestedDelay(err) != time.Second {
					t.Errorf("got %v, want an error that passes, with the time to wait", err)
				}
			}
		})
	}
}

// serve opens a Cluster on a server of faults.
func serve(t *testing.T, handler http.HandlerFunc) *Cluster {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := Open(&rest.Config{Host: server.URL}, "test")
	if err != nil {
		t.Fatal(err)
	}
	return c
}
