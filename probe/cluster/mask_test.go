// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/client-go/rest"
)

const secretToken = "eyJhbGciOiJSUzI1NiJ9.secret"

// TestTheTokenStaysOutOfErrors has a server that repeats the credential in what it answers.
func TestTheTokenStaysOutOfErrors(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError, http.StatusOK} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"message":"you sent %s"}`, status, r.Header.Get("Authorization"))
		}))
		t.Cleanup(server.Close)
		c, err := Open(&rest.Config{Host: server.URL, BearerToken: secretToken}, "test")
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Reviewer().Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{User: "dev"})
		if err == nil || strings.Contains(err.Error(), secretToken) {
			t.Errorf("%d: got %v", status, err)
		}
		if status >= 300 && !strings.Contains(err.Error(), "you sent Bearer ****") {
			t.Errorf("%d: the rest of the message is lost: %v", status, err)
		}
	}
}

// TestRedirectsEnd has a server that redirects to itself without an end.
func TestRedirectsEnd(t *testing.T) {
	var requests atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
	})
	retry := &Retry{Reviewer: c.Reviewer()}
	_, err := retry.Review(t.Context(), authorizationv1.SubjectAccessReviewSpec{User: "dev"})
	if err == nil || !strings.Contains(err.Error(), "redirects to itself again and again") || requests.Load() > 2 {
		t.Errorf("after %d requests: %v", requests.Load(), err)
	}
}

// TestIdentitySurvivesABrokenConnection has a server that breaks the first connection.
func TestIdentitySurvivesABrokenConnection(t *testing.T) {
	var requests atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1","status":{"userInfo":{"username":"oncall"}}}`))
	})
	if user, err := c.Identity(t.Context()); err != nil || user != "oncall" {
		t.Errorf("got %q, %v", user, err)
	}
}
