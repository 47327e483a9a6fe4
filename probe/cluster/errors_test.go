// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/client-go/rest"
)

// text answers with a fixed status and body, as proxies and other servers do.
func text(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

const expired = `{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}`

func TestErrorsAreOneClearLine(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"expired credential":  {text(401, expired), "does not accept the credential (401 Unauthorized)"},
		"some web server":     {text(404, "<html>nothing here</html>"), "does not answer as a Kubernetes API server does (404 Not Found)"},
		"a login page":        {text(200, "<html>log in</html>"), "does not answer as a Kubernetes API server does"},
		"an empty answer":     {text(200, ""), "does not answer as a Kubernetes API server does"},
		"a broken proxy":      {text(502, "bad gateway"), "failed (502 Bad Gateway)"},
		"escape sequences":    {text(500, "\x1b[2Jgone\nsecond line"), "failed (500 Internal Server Error)"},
		"a closed connection": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "closed the connection without an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			user, err := serve(t, test.handler).Identity(t.Context())
			check(t, user, err, test.want)
		})
	}
}

func check(t *testing.T, user string, err error, want string) {
	t.Helper()
	if err == nil || user != "" {
		t.Fatalf("got user %q and error %v, want an error", user, err)
	}
	if line := err.Error(); !strings.Contains(line, want) || strings.ContainsAny(line, "\n\x1b") {
		t.Errorf("got %q, want one line with %q", line, want)
	}
	if errors.Unwrap(err) == nil {
		t.Error("the error that it explains is lost")
	}
}

func TestConnectionErrorsAreOneClearLine(t *testing.T) {
	plain := httptest.NewServer(text(200, "{}"))
	defer plain.Close()
	secure := httptest.NewTLSServer(text(200, "{}"))
	defer secure.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unused := closed.Addr().String()
	_ = closed.Close()

	for name, test := range map[string]struct{ server, want string }{
		"no listener":         {"https://" + unused, "connection refused"},
		"no such name":        {"https://api.invalid", "no address for the name api.invalid"},
		"unknown certificate": {secure.URL, "cannot trust " + secure.URL},
		"no TLS":              {strings.Replace(plain.URL, "http:", "https:", 1), "does not speak TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Open(&rest.Config{Host: test.server}, "test")
			if err != nil {
				t.Fatal(err)
			}
			user, err := c.Identity(t.Context())
			check(t, user, err, test.want)
		})
	}
}

func TestCredentialPluginThatIsMissing(t *testing.T) {
	err := errors.New(`Post "https://k/apis": getting credentials: exec: executable aws not found` + "\n\nIt looks like you …")
	want := "cannot get a credential: exec: executable aws not found; run the command of the kubeconfig's exec entry by hand"
	if got := explain("https://k", err).Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEndOfContextIsNoFaultOfTheServer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := serve(t, text(200, "{}")).Identity(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}

func TestOpenNamesWhatIsWrongWithTheConfiguration(t *testing.T) {
	_, err := Open(&rest.Config{Host: "https://k", TLSClientConfig: rest.TLSClientConfig{CAFile: "/does/not/exist"}}, "test")
	if err == nil || !strings.Contains(err.Error(), "/does/not/exist") {
		t.Errorf("got %v, want the name of the file", err)
	}
}
