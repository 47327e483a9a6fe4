// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// echo answers access reviews, in protobuf or JSON: change alters what an API server would answer.
func echo(t *testing.T, inJSON bool, change func(*authorizationv1.SubjectAccessReview)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		review := decodeReview(t, r)
		change(review)
		if inJSON {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(encodeJSON(t, review))
			return
		}
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
		raw, err := review.Marshal()
		if err != nil {
			t.Error(err)
		}
		envelope := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: review.APIVersion, Kind: review.Kind}, Raw: raw}
		content, err := envelope.Marshal()
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(append([]byte("k8s\x00"), content...))
	}
}

func decodeReview(t *testing.T, r *http.Request) *authorizationv1.SubjectAccessReview {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	body, err := open(raw, r.Header.Get("Content-Type"))
	if err != nil {
		t.Error(err)
		return &authorizationv1.SubjectAccessReview{}
	}
	review := &authorizationv1.SubjectAccessReview{}
	if err := body.into(body.kind, review); err != nil {
		t.Error(err)
	}
	review.SetGroupVersionKind(body.kind)
	return review
}

func encodeJSON(t *testing.T, review *authorizationv1.SubjectAccessReview) []byte {
	content, err := json.Marshal(review)
	if err != nil {
		t.Error(err)
	}
	return content
}

var asked = probe.Spec(matrix.Review{
	Subject: matrix.Share(matrix.ServiceAccount("apps", "dev")),
	Access:  matrix.Access{Verb: "get", Group: "apps", Resource: "deployments", Subresource: "scale", Namespace: "apps", Name: "web"},
})

// TestAnswersEchoTheQuestion changes one thing of an answer at a time.
func TestAnswersEchoTheQuestion(t *testing.T) {
	type review = authorizationv1.SubjectAccessReview
	for name, test := range map[string]struct {
		change func(*review)
		want   string // "" for an answer
	}{
		"allowed":                    {func(r *review) { r.Status.Allowed = true }, ""},
		"no opinion":                 {func(*review) {}, ""},
		"denied":                     {func(r *review) { r.Status.Denied = true }, ""},
		"allowed and denied":         {func(r *review) { r.Status.Allowed, r.Status.Denied = true, true }, "both allowed and denied"},
		"groups in any order":        {func(r *review) { g := r.Spec.Groups; g[0], g[1] = g[1], g[0] }, ""},
		"another user":               {func(r *review) { r.Spec.User += "x" }, "another subject"},
		"no groups":                  {func(r *review) { r.Spec.Groups = nil }, "another subject"},
		"another group":              {func(r *review) { r.Spec.Groups[0] = "x" }, "another subject"},
		"a uid":                      {func(r *review) { r.Spec.UID = "1" }, "another subject"},
		"extra":                      {func(r *review) { r.Spec.Extra = map[string]authorizationv1.ExtraValue{"a": nil} }, "another subject"},
		"another verb":               {func(r *review) { r.Spec.ResourceAttributes.Verb = "list" }, "another access"},
		"another group of resources": {func(r *review) { r.Spec.ResourceAttributes.Group = "" }, "another access"},
		"a version":                  {func(r *review) { r.Spec.ResourceAttributes.Version = "v1" }, "another access"},
		"another resource":           {func(r *review) { r.Spec.ResourceAttributes.Resource = "pods" }, "another access"},
		"no subresource":             {func(r *review) { r.Spec.ResourceAttributes.Subresource = "" }, "another access"},
		"another namespace":          {func(r *review) { r.Spec.ResourceAttributes.Namespace = "x" }, "another access"},
		"another name":               {func(r *review) { r.Spec.ResourceAttributes.Name = "x" }, "another access"},
		"a selector":                 {func(r *review) { r.Spec.ResourceAttributes.LabelSelector = &authorizationv1.LabelSelectorAttributes{} }, "another access"},
		"a path":                     {func(r *review) { r.Spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: "/"} }, "another access"},
		"nothing asked":              {func(r *review) { r.Spec.ResourceAttributes = nil }, "another access"},
		"another kind":               {func(r *review) { r.Kind = "SelfSubjectAccessReview" }, "is a SelfSubjectAccessReview of authorization.k8s.io/v1"},
		"another version of it":      {func(r *review) { r.APIVersion = "authorization.k8s.io/v1beta1" }, "authorization.k8s.io/v1beta1"},
	} {
		for format, inJSON := range map[string]bool{"protobuf": false, "JSON": true} {
			t.Run(name+" in "+format, func(t *testing.T) {
				c := serve(t, echo(t, inJSON, test.change))
				for _, reviewer := range []probe.Reviewer{c.Reviewer(), c.Local("apps")} {
					answer, err := reviewer.Review(t.Context(), asked)
					invalid := (*InvalidAnswerError)(nil)
					switch {
					case test.want == "" && err != nil:
						t.Errorf("got %v", err)
					case test.want == "" && answer.Allowed != (name == "allowed"):
						t.Errorf("got %+v", answer)
					case test.want != "" && (!errors.As(err, &invalid) || !strings.Contains(err.Error(), test.want) || answer.Allowed):
						t.Errorf("got %+v, %v; want that it is about %s", answer, err, test.want)
					}
				}
			})
		}
	}
}

// TestAnswersThatAreNone wants an error for everything that is no access review with a status, whoever asks.
func TestAnswersThatAreNone(t *testing.T) {
	const review = `"kind":"%s","apiVersion":"authorization.k8s.io/v1"`
	for name, fault := range map[string]http.HandlerFunc{
		"{}":              typed("application/json", `{}`),
		"null":            typed("application/json", `null`),
		"a Namespace":     typed("application/json", `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"x"}}`),
		"a success":       typed("application/json", `{"kind":"Status","apiVersion":"v1","status":"Success"}`),
		"a web page":      typed("text/html", `<html>`),
		"nothing":         typed("application/json", ``),
		"no status":       ofKind(review + `,"spec":{}`),
		"a null status":   ofKind(review + `,"spec":{},"status":null`),
		"an empty status": ofKind(review + `,"spec":{},"status":{}`),
		"a half status":   ofKind(review + `,"spec":{},"status":{"denied":false}`),
		"the request": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
			_, _ = io.Copy(w, r.Body)
		},
		"half of it": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
			_, _ = io.CopyN(w, r.Body, r.ContentLength/2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, fault)
			for who, ask := range map[string]func() (any, error){
				"Reviewer": func() (any, error) { return c.Reviewer().Review(t.Context(), asked) },
				"Local":    func() (any, error) { return c.Local("apps").Review(t.Context(), asked) },
				"MayAsk":   func() (any, error) { return c.MayAsk(t.Context(), "apps") },
				"Identity": func() (any, error) { return c.Identity(t.Context()) },
			} {
				answer, err := ask()
				notAllowed := (*NotAllowedError)(nil)
				if err == nil || errors.As(err, &notAllowed) || passes(err) || strings.Contains(err.Error(), "cannot create") {
					t.Errorf("%s: got %v, %v; want an error that blames the answer", who, answer, err)
				}
			}
		})
	}
}

func ofKind(format string) http.HandlerFunc {
	kinds := map[string]string{
		"subjectaccessreviews": "SubjectAccessReview", "localsubjectaccessreviews": "LocalSubjectAccessReview",
		"selfsubjectaccessreviews": "SelfSubjectAccessReview", "selfsubjectreviews": "SelfSubjectReview",
	}
	return func(w http.ResponseWriter, r *http.Request) {
		resource := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, "{"+format+"}", kinds[resource])
	}
}

// TestRedirectsToOtherHosts wants one clear line, and no credential on another host.
func TestRedirectsToOtherHosts(t *testing.T) {
	for _, code := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		var reached atomic.Int64
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
		defer other.Close()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+r.URL.Path+"?secret=1", code)
		}))
		defer server.Close()
		c, err := Open(&rest.Config{Host: server.URL, BearerToken: "token"}, "test")
		if err != nil {
			t.Fatal(err)
		}
		for who, ask := range map[string]func() error{
			"Reviewer": func() error { _, err := (&Retry{Reviewer: c.Reviewer()}).Review(t.Context(), asked); return err },
			"MayAsk":   func() error { _, err := c.MayAsk(t.Context(), ""); return err },
			"Identity": func() error { _, err := c.Identity(t.Context()); return err },
			"Snapshot": func() error { _, err := c.Snapshot(t.Context(), SnapshotOptions{}); return err },
			"Accounts": func() error { _, err := c.ServiceAccounts(t.Context(), ""); return explain(c.Server, err) },
		} {
			start := time.Now()
			err := ask()
			failed := (*RequestError)(nil)
			if !errors.As(err, &failed) || failed.Failure != Redirected || !strings.Contains(err.Error(), "redirects to "+other.URL) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%d, %s: got %v", code, who, err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%d, %s: took %s", code, who, took)
			}
		}
		if reached.Load() != 0 {
			t.Errorf("%d: %d requests were sent to another host", code, reached.Load())
		}
	}
}

// TestRetryAfterInTheHeaderAlone throttles with a Status that has no time to wait.
func TestRetryAfterInTheHeaderAlone(t *testing.T) {
	_, err := serve(t, throttle).Reviewer().Review(t.Context(), asked)
	if got := suggestedDelay(err); got != time.Second || !passes(err) {
		t.Errorf("got a delay of %s from %v, want 1s", got, err)
	}
}

// TestIdentityBefore128 asks a server that does not serve SelfSubjectReviews.
func TestIdentityBefore128(t *testing.T) {
	user, err := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/version" {
			small(w, r)
			return
		}
		http.NotFound(w, r) // as the API server does for a resource that it does not know
	}).Identity(t.Context())
	if user != "" || err != nil {
		t.Errorf("got %q, %v; want an unknown user", user, err)
	}
}

func TestMayAskWithAnEvaluationError(t *testing.T) {
	c := serve(t, echo(t, true, func(r *authorizationv1.SubjectAccessReview) { r.Status.EvaluationError = "webhook down" }))
	_, err := c.MayAsk(t.Context(), "")
	if invalid := (*InvalidAnswerError)(nil); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "webhook down") {
		t.Errorf("got %v, want that the server could not evaluate it", err)
	}
}

func TestLocalAsksInItsNamespaceOnly(t *testing.T) {
	path := ""
	answer := echo(t, true, func(r *authorizationv1.SubjectAccessReview) { r.Status.Allowed = true })
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		answer(w, r)
	})
	local := c.Local("apps")
	got, err := local.Review(t.Context(), asked)
	if err != nil || !got.Allowed || path != "/apis/authorization.k8s.io/v1/namespaces/apps/localsubjectaccessreviews" {
		t.Errorf("got %v, %v from %s", got, err, path)
	}
	for name, outside := range map[string]spec{
		"another namespace":  {ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: "other"}},
		"all namespaces":     {ResourceAttributes: &authorizationv1.ResourceAttributes{}},
		"a non-resource URL": {NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: "/livez"}},
	} {
		path = ""
		if got, err := local.Review(t.Context(), outside); err == nil || got.Allowed || path != "" || passes(err) {
			t.Errorf("%s: got %v, %v, and a request to %q; want an error and no request", name, got, err, path)
		}
	}
}
