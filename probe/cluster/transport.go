// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// maxRedirects is how often a request follows redirects of the API server to itself. An API server does not
// redirect; a proxy can, once.
const maxRedirects = 1

// RedirectError reports a redirect that was not followed, because it leads to another host or because
// redirects do not end. client-go adds the credential to every request, so following a redirect to another
// host would send the credential there.
type RedirectError struct {
	Host string // scheme and host that the redirect leads to
	Loop bool   // the host is that of the API server, which redirects again and again
}

// Error names the host, and nothing else of the URL: the rest of it can hold secrets.
func (e *RedirectError) Error() string {
	if e.Loop {
		return "redirects to itself again and again"
	}
	return "redirects to " + e.Host
}

// stayOnHost is the CheckRedirect of an HTTP client that sends nothing to another host.
func stayOnHost(request *http.Request, via []*http.Request) error {
	if first := via[0].URL; request.URL.Host != first.Host || request.URL.Scheme != first.Scheme {
		return &RedirectError{Host: request.URL.Scheme + "://" + request.URL.Host}
	}
	if len(via) > maxRedirects {
		return &RedirectError{Host: request.URL.Scheme + "://" + request.URL.Host, Loop: true}
	}
	return nil
}

// response is what the requests of one context record about their responses beyond what client-go returns.
// Discovery sends several requests at once with one context; what is kept is then the longest Retry-After.
type response struct {
	received   atomic.Bool  // the headers of a response were received
	retryAfter atomic.Int64 // the header Retry-After, in nanoseconds; 0 when there is none
}

// record keeps what the headers of a response say.
func (r *response) record(header http.Header) {
	r.received.Store(true)
	wait := int64(retryAfter(header.Get("Retry-After")))
	for {
		longest := r.retryAfter.Load()
		if wait <= longest || r.retryAfter.CompareAndSwap(longest, wait) {
			return
		}
	}
}

type responseKey struct{}

// recordResponse returns a context with which the transport fills in the response.
func recordResponse(ctx context.Context) (context.Context, *response) {
	r := &response{}
	return context.WithValue(ctx, responseKey{}, r), r
}

// recorder is a transport that fills in the response of the request's context. Where an error has a body that
// is a Status, client-go drops the header Retry-After; and where the connection of a watch breaks before
// there is a response, it returns an empty watch.
type recorder struct{ http.RoundTripper }

// RoundTrip sends the request.
func (t recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := t.RoundTripper.RoundTrip(request)
	if r, ok := request.Context().Value(responseKey{}).(*response); ok && err == nil {
		r.record(answer.Header)
		answer.Header.Del("Retry-After") // client-go would wait and repeat by itself, uncounted; patience does that
	}
	return answer, err
}

// WrappedRoundTripper is the transport below, for client-go to look into.
func (t recorder) WrappedRoundTripper() http.RoundTripper { return t.RoundTripper }

// retryAfter parses the header: seconds, or a time.
func retryAfter(header string) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// delayed is an error with the time to wait that came with it.
type delayed struct {
	error
	wait time.Duration
}

func (e *delayed) Unwrap() error { return e.error }

// withDelay adds the header Retry-After of the response to err.
func (r *response) withDelay(err error) error {
	wait := time.Duration(r.retryAfter.Load())
	if err == nil || wait == 0 {
		return err
	}
	return &delayed{err, wait}
}

// delayOf is how long the server asked to wait; 0 when it did not.
func delayOf(err error) time.Duration {
	if d := (*delayed)(nil); errors.As(err, &d) {
		return d.wait
	}
	return 0
}
