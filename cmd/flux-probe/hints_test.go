// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/probe/cluster"
)

func TestHintsOfRequests(t *testing.T) {
	const status = `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"m","code":%d}`
	for code, want := range map[int]string{
		http.StatusUnauthorized:    " does not accept the credential (401 Unauthorized): it is wrong or has expired; log in again, or choose another --context or --token",
		http.StatusTooManyRequests: " throttles (429 Too Many Requests); try again later, or with a lower --concurrency",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_, _ = fmt.Fprintf(w, status, code)
		}))
		defer server.Close()
		c, err := cluster.Open(&rest.Config{Host: server.URL}, "test")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Identity(t.Context()); err == nil || (&program{}).hint(err).Error() != server.URL+want {
			t.Errorf("got %v", err)
		}
	}
	if got := (&program{}).hint(context.Canceled); got != context.Canceled {
		t.Errorf("got %v", got)
	}
}
