// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// pulse records whether the API server answers any request, of whatever kind.
type pulse struct {
	lock   sync.Mutex
	silent time.Time // when the first request was sent of those that failed since the last answer; zero when none did
	broken time.Time // when a request last got no answer
}

// answered records a response.
func (p *pulse) answered() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.silent = time.Time{}
}

// failed records that a request that was sent at start got no response.
func (p *pulse) failed(start time.Time) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.broken = time.Now(); p.silent.IsZero() || start.Before(p.silent) {
		p.silent = start
	}
}

// silentSince returns since when no request was answered; zero when the last one was.
func (p *pulse) silentSince() time.Time {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.silent
}

// brokenSince reports whether a request got no answer after a time.
func (p *pulse) brokenSince(start time.Time) bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.broken.After(start)
}

// pulsing is a transport that keeps a pulse.
type pulsing struct {
	http.RoundTripper
	pulse *pulse
}

// RoundTrip sends the request.
func (t pulsing) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	response, err := t.RoundTripper.RoundTrip(request)
	switch {
	case err == nil:
		t.pulse.answered()
	case !errors.Is(context.Cause(request.Context()), context.Canceled):
		t.pulse.failed(start)
	}
	return response, err
}

// WrappedRoundTripper is the transport below, for client-go to look into.
func (t pulsing) WrappedRoundTripper() http.RoundTripper { return t.RoundTripper }

// SilentSince returns since when the API server has answered no request, of whatever kind; zero when it
// answered the last one.
func (c *Cluster) SilentSince() time.Time { return c.pulse.silentSince() }
