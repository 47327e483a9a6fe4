// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// faults are what an API server, or something before it, can answer to a review in the place of an
// answer. Those that last are undetermined; those that pass are asked again and cost nothing.
var faults = map[string]struct {
	reviews func(pass http.Handler) http.Handler
	status  int
	reason  string // of the findings that have no answer
}{
	"throttled at first": {once(throttle), 0, ""},
	"failing at first":   {once(fail), 0, ""},
	"throttled":          {always(throttle), 3, "throttles (429 Too Many Requests)"},
	"failing":            {always(fail), 3, "failed (500 Internal Server Error)"},
	"garbage":            {always(garbage), 3, "does not answer as a Kubernetes API server does"},
	"silent":             {always(silence), 3, "no answer in time"},
	"broken off":         {always(breakOff), 3, "closed the connection without an answer"},
	"an empty answer":    {always(empty), 3, ""},
}

func testFaults(t *testing.T, c *cluster.Cluster) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // most of them wait for patience to end
			status, stdout, stderr := fluxProbe(t, "--server", proxy(t, c, fault.reviews), "--output", "json",
				"--only", "controllers", "--service-account", "flux-system/source-controller")
			var report probe.Report
			if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != fault.status || stderr != "" {
				t.Fatalf("exit status %d, want %d; %v\n%s", status, fault.status, err, stderr)
			}
			for _, f := range report.Findings {
				switch asked := f.Access != nil; {
				case asked == (fault.status == 0) && f.Verdict == matrix.Undetermined,
					asked && fault.status != 0 && f.Verdict != matrix.Undetermined,
					asked && !strings.Contains(f.Reason, fault.reason):
					t.Fatalf("%s %v: %s, %q; want %q", f.Code, f.Access, f.Verdict, f.Reason, fault.reason)
				}
			}
		})
	}
}

func always(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler { return answer }
}

// once gives each question a bad answer the first time that it is asked.
func once(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(pass http.Handler) http.Handler {
		var asked sync.Map
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if _, again := asked.LoadOrStore(string(body), true); !again {
				answer(w, r)
				return
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			pass.ServeHTTP(w, r)
		})
	}
}

func throttle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, "no seat", http.StatusTooManyRequests)
}

func fail(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "etcd is away", http.StatusInternalServerError)
}

func garbage(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "<html>Please log in</html>")
}

func empty(http.ResponseWriter, *http.Request) {}

// silence ends when the caller gives up; the body is read, for the server sees that only then.
func silence(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func breakOff(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
