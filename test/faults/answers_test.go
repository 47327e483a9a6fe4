// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
)

// fault is a kind of thing that goes wrong.
type fault struct {
	http1 bool // needs HTTP/1.1
	make  func(*proxy) handler
}

// handler answers a request in the place of the API server.
type handler func(http.ResponseWriter, *request)

const (
	asJSON     = "application/json"
	asProtobuf = "application/vnd.kubernetes.protobuf"
)

// stateless is a fault that remembers nothing.
func stateless(h handler) fault { return fault{make: func(*proxy) handler { return h }} }

// instead answers the same to every request. Headers are pairs.
func instead(status int, contentType, body string, headers ...string) fault {
	header := http.Header{"Content-Type": {contentType}}
	for i := 0; i < len(headers); i += 2 {
		header.Set(headers[i], headers[i+1])
	}
	return stateless(func(w http.ResponseWriter, _ *request) { answer{status, header, []byte(body)}.write(w) })
}

// status answers with a Status of the Kubernetes API.
func status(code int, reason, message string, headers ...string) fault {
	return instead(code, asJSON, statusJSON(code, reason, message, ""), headers...)
}

func statusJSON(code int, reason, message, more string) string {
	return fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d%s}`, message, reason, code, more)
}

// bent changes the bytes or headers of the API server's answer.
func bent(change func(*answer)) fault {
	return stateless(func(w http.ResponseWriter, r *request) {
		a := r.pass()
		change(&a)
		a.write(w)
	})
}

// answers are the faults that are whole answers, though wrong ones.
var answers = map[string]fault{
	"{}":             instead(200, asJSON, `{}`),
	"null":           instead(200, asJSON, `null`),
	"a list":         instead(200, asJSON, `[]`),
	"nothing":        instead(200, asJSON, ``),
	"204":            instead(204, asJSON, ``),
	"a Namespace":    instead(200, asJSON, `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default"},"spec":{},"status":{"phase":"Active"}}`),
	"Status Success": instead(200, asJSON, `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}`),
	"HTML":           instead(200, "text/html", `<html><head><title>Log in</title></head><body>Please log in</body></html>`),
	"HTML as JSON":   instead(200, asJSON, `<html><body>Please log in</body></html>`),

	"the request sent back": stateless(func(w http.ResponseWriter, r *request) {
		answer{200, http.Header{"Content-Type": {r.Header.Get("Content-Type")}}, r.body}.write(w)
	}),
	"truncated JSON": stateless(func(w http.ResponseWriter, r *request) {
		a := r.passJSON()
		a.body = a.body[:len(a.body)/2]
		a.write(w)
	}),
	"truncated": {make: func(*proxy) handler {
		var n atomic.Int64
		return func(w http.ResponseWriter, r *request) {
			a := r.pass()
			a.body = a.body[:int(n.Add(7))%max(1, len(a.body))] // cut at another place each time
			a.write(w)
		}
	}},
	"plain text":          bent(func(a *answer) { a.header.Set("Content-Type", "text/plain") }),
	"no content type":     bent(func(a *answer) { a.header["Content-Type"] = nil }),
	"JSON for protobuf":   instead(200, asProtobuf, `{"kind":"SubjectAccessReview"}`),
	"protobuf for JSON":   bent(func(a *answer) { a.header.Set("Content-Type", asJSON); a.body = append([]byte("k8s\x00"), a.body...) }),
	"gzip garbage":        bent(func(a *answer) { a.header.Set("Content-Encoding", "gzip") }),
	"401":                 status(401, "Unauthorized", "Unauthorized"),
	"403":                 status(403, "Forbidden", `forbidden: User "admin" cannot do this`),
	"404":                 status(404, "NotFound", "the server could not find the requested resource"),
	"404 page":            instead(404, "text/plain", "404 page not found"),
	"410":                 status(410, "Expired", "the provided continue parameter is too old"),
	"500":                 status(500, "InternalError", "etcdserver: request timed out"),
	"500 as 200":          instead(200, asJSON, statusJSON(500, "InternalError", "etcdserver: request timed out", "")),
	"502 page":            instead(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"),
	"503":                 status(503, "ServiceUnavailable", "apiserver is shutting down"),
	"504":                 status(504, "Timeout", "request did not complete within the allotted timeout"),
	"429":                 status(429, "TooManyRequests", "too many requests"),
	"the token in a 500":  status(500, "InternalError", "cannot serve Authorization: Bearer "+token),
	"the token in a 403":  status(403, "Forbidden", "the credential "+token+" is not allowed"),
	"warnings":            bent(func(a *answer) { a.header.Set("Warning", `299 - "this is `+"\t"+`deprecated"`) }),
	"429, header":         throttled("Retry-After", ""),
	"429, header, Status": throttled("Retry-After", `,"details":{"retryAfterSeconds":1}`),
	"429, Status":         throttled("", `,"details":{"retryAfterSeconds":1}`),
	"302 to another host": redirect(302),
	"307 to another host": redirect(307),
	"308 to another host": redirect(308),
	"307 without an end": stateless(func(w http.ResponseWriter, r *request) {
		answer{307, http.Header{"Location": {r.URL.RequestURI()}}, nil}.write(w)
	}),
	"the answer of before": {make: stale},
	"swapped answers":      {make: swapped},
	"once more":            stateless(func(w http.ResponseWriter, r *request) { r.pass(); r.pass().write(w) }),
}

// kinds are all faults by name.
var kinds = func() map[string]fault {
	all := maps.Clone(answers)
	maps.Copy(all, bodies)
	maps.Copy(all, connections)
	return all
}()

// kind returns a fault of the table; a name that is not there is a mistake in the table.
func kind(name string) fault {
	f, ok := kinds[strings.TrimSpace(name)]
	if !ok {
		panic("no fault is called " + name)
	}
	return f
}
