// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

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
		calls, told := 0, 0
		r := &Retry{Reviewer: failing(&calls, throttled, broken, throttled), Throttled: func(time.Duration) { told++ }}
		start := time.Now()
		if _, err := r.Review(t.Context(), spec{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 4*time.Second || took > 5*time.Second {
			t.Errorf("waited %s, want twice the 2s of Retry-After and a short backoff", took)
		}
		if told != 2 {
			t.Errorf("told of %d waits for throttling, want 2", told)
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
				r := &Retry{Reviewer: test.reviewer, Patience: 10 * time.Second}
				start := time.Now()
				_, err := r.Review(t.Context(), spec{})
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %q", err, test.want)
				}
				if took := time.Since(start); took > 11*time.Second {
					t.Errorf("gave up after %s", took)
				}
				// The server is known to be away: those who ask later pay no patience again.
				start = time.Now()
				for range 5 {
					if _, err := r.Review(t.Context(), spec{}); err == nil {
						t.Error("a later review passed")
					}
				}
				if took := time.Since(start); took > 15*time.Second {
					t.Errorf("five later reviews took %s", took)
				}
			})
		})
	}
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
				var answered apierrors.APIStatus
				if !passes(err) || !errors.As(err, &answered) || answered.Status().Details.RetryAfterSeconds != 1 {
					t.Errorf("got %v, want an error that passes and says when", err)
				}
			}
		})
	}
}

func TestLocalAsksInItsNamespaceOnly(t *testing.T) {
	path := ""
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"apiVersion":"authorization.k8s.io/v1","kind":"LocalSubjectAccessReview","status":{"allowed":true}}`)
	})
	local := c.Local("apps")
	answer, err := local.Review(t.Context(), spec{ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: "apps", Verb: "get", Resource: "pods"}})
	if err != nil || !answer.Allowed || path != "/apis/authorization.k8s.io/v1/namespaces/apps/localsubjectaccessreviews" {
		t.Errorf("got %v, %v from %s", answer, err, path)
	}
	for name, outside := range map[string]spec{
		"another namespace":  {ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: "other"}},
		"all namespaces":     {ResourceAttributes: &authorizationv1.ResourceAttributes{}},
		"a non-resource URL": {NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/livez"}},
	} {
		path = ""
		if answer, err := local.Review(t.Context(), outside); err == nil || answer.Allowed || path != "" || passes(err) {
			t.Errorf("%s: got %v, %v, and a request to %q; want an error and no request", name, answer, err, path)
		}
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
