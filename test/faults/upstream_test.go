// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// pass asks the API server.
func (r *request) pass() answer { return r.forward(r.Header) }

// passJSON asks the API server for JSON, whatever flux-probe prefers.
func (r *request) passJSON() answer {
	header := maps.Clone(r.Header)
	header.Set("Accept", withoutProtobuf(r.Header.Get("Accept")))
	return r.forward(header)
}

func (r *request) forward(header http.Header) answer {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, r.proxy.api+r.URL.RequestURI(), bytes.NewReader(r.body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"Accept", "Content-Type", "User-Agent"} {
		out.Header[name] = header[name]
	}
	response, err := r.proxy.transport.RoundTrip(out)
	if err != nil {
		panic(http.ErrAbortHandler) // as if the API server had broken the connection
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	response.Header.Del("Content-Length")
	return answer{response.StatusCode, response.Header, body}
}

// answer is a whole answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// withoutProtobuf is an Accept header that leaves only JSON.
func withoutProtobuf(accept string) string {
	return strings.ReplaceAll(accept, "application/vnd.kubernetes.protobuf", "application/json")
}
