// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// masking is a transport below client-go's own, which sees the credential that a request carries. A server
// or proxy that repeats the bearer token in an error message or in the reason of a review must not bring it
// into a report. Lists are left alone: no text of theirs comes from the request.
type masking struct{ http.RoundTripper }

// RoundTrip sends the request, and masks the token in the response.
func (t masking) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(request)
	if err != nil {
		return response, err
	}
	token := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	review := strings.Contains(request.URL.Path, "/apis/authorization.k8s.io/") || strings.Contains(request.URL.Path, "/apis/authentication.k8s.io/")
	if token != "" && (review || response.StatusCode >= http.StatusMultipleChoices) {
		response.Body = &masked{ReadCloser: response.Body, token: []byte(token)}
		for name, values := range response.Header {
			for i, value := range values {
				response.Header[name][i] = strings.ReplaceAll(value, token, strings.Repeat("*", len(token)))
			}
		}
	}
	return response, nil
}

// WrappedRoundTripper is the transport below, for client-go to look into.
func (t masking) WrappedRoundTripper() http.RoundTripper { return t.RoundTripper }

// masked is a body in which asterisks stand for the token, as many as it has characters: the lengths in a
// protobuf message stay right. It is read as a whole, which client-go does as well.
type masked struct {
	io.ReadCloser
	token []byte
	text  *bytes.Reader
	err   error // that ended the body, in place of io.EOF
}

// Read reads the masked body.
func (m *masked) Read(p []byte) (int, error) {
	if m.text == nil {
		text, err := io.ReadAll(m.ReadCloser)
		m.text, m.err = bytes.NewReader(bytes.ReplaceAll(text, m.token, bytes.Repeat([]byte("*"), len(m.token)))), err
	}
	n, err := m.text.Read(p)
	if err == io.EOF && m.err != nil {
		err = m.err
	}
	return n, err
}
