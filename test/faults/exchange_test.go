// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// stale gives each request the answer to the one before it, as a proxy does that has lost count.
func stale(*proxy) handler {
	var lock sync.Mutex
	var last *answer
	return func(w http.ResponseWriter, r *request) {
		own := r.pass()
		lock.Lock()
		given := own
		if last != nil {
			given = *last
		}
		last = &own
		lock.Unlock()
		given.write(w)
	}
}

// swapped exchanges the answers of two requests that are in flight at the same time.
func swapped(*proxy) handler {
	type meeting struct {
		own    answer
		theirs chan answer
	}
	pairs := make(chan meeting)
	return func(w http.ResponseWriter, r *request) {
		own := r.pass()
		mine := meeting{own, make(chan answer, 1)}
		select {
		case other := <-pairs:
			other.theirs <- own
			own = other.own
		case pairs <- mine:
			own = <-mine.theirs
		case <-time.After(50 * time.Millisecond): // no other request is in flight
		}
		own.write(w)
	}
}

// retryAfter is how long a throttled request has to wait.
const retryAfter = time.Second

// throttled answers 429 and notes requests that come again too early.
func throttled(header, details string) fault {
	return fault{make: func(p *proxy) handler {
		var lock sync.Mutex
		answered := map[string]time.Time{}
		body := []byte(statusJSON(429, "TooManyRequests", "the server has received too many requests", details))
		return func(w http.ResponseWriter, r *request) {
			question := r.URL.Path + " " + string(r.body)
			lock.Lock()
			before, again := answered[question]
			answered[question] = time.Now()
			lock.Unlock()
			if since := time.Since(before); again && since < retryAfter {
				p.violation("asked again after %s, with Retry-After: 1", since.Round(time.Millisecond))
			}
			a := answer{429, http.Header{"Content-Type": {asJSON}}, body}
			if header != "" {
				a.header.Set(header, "1")
			}
			a.write(w)
		}
	}}
}

// redirect sends requests to another host, which notes those that follow, and what they carry.
func redirect(status int) fault {
	return fault{make: func(p *proxy) handler {
		elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p.violation("followed a redirect to another host")
			if r.Header.Get("Authorization") != "" {
				p.violation("sent the bearer token to another host")
			}
			answer{200, http.Header{"Content-Type": {asJSON}}, []byte(`{}`)}.write(w)
		}))
		p.t.Cleanup(elsewhere.Close)
		return func(w http.ResponseWriter, r *request) {
			answer{status, http.Header{"Location": {elsewhere.URL + r.URL.RequestURI()}}, nil}.write(w)
		}
	}}
}
