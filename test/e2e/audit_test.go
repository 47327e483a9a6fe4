// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/flux-probe/flux-probe/test/cluster"
)

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`

// TestConduct looks at runs from outside: at what they ask of the server, and at what they make of a
// server or a user that breaks them off.
func TestConduct(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{AuditPolicy: auditPolicy})
	admin := fluxed(t, c)
	testAudit(t, c, admin) // first, for it reads what all runs did
	t.Run("rights", func(t *testing.T) { testRights(t, c, admin) })
	t.Run("faults", func(t *testing.T) { testFaults(t, c) })
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) { testInterrupt(t, c, signal) })
	}
}

// testAudit reads in the API server's own words what runs did: they only read, create access reviews,
// and never touch a Secret or a ConfigMap; and a matrix is printed without asking about anybody.
func testAudit(t *testing.T, c *cluster.Cluster, admin string) {
	seen := requests(t, c.AuditLog)
	for _, run := range [][]string{{"matrix", "--output", "json"}, {"--output", "json", "--exact"}} {
		before := len(seen)
		if status, _, stderr := fluxProbe(t, append(run, "--kubeconfig", admin)...); status != 0 {
			t.Fatalf("%v: exit status %d\n%s", run, status, stderr)
		}
		seen = requests(t, c.AuditLog)
		reviews := 0
		for _, r := range seen[before:] {
			switch {
			case r == "create subjectaccessreviews":
				reviews++
			case r == "create selfsubjectreviews", r == "create selfsubjectaccessreviews":
			case strings.HasPrefix(r, "get "), strings.HasPrefix(r, "list "):
				if strings.HasSuffix(r, " secrets") || strings.HasSuffix(r, " configmaps") {
					t.Errorf("%v: %s", run, r)
				}
			default:
				t.Errorf("%v: %s", run, r)
			}
		}
		if asks := run[0] != "matrix"; asks == (reviews == 0) {
			t.Errorf("%v asked %d reviews", run, reviews)
		}
	}
}

// requests are the verbs and resources, or paths, of all requests of flux-probe in the audit log. The
// last of a run may be written just after it ended; they count to the next run then, which may as little.
func requests(t *testing.T, log string) []string {
	t.Helper()
	content, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for decoder := json.NewDecoder(bytes.NewReader(content)); ; {
		var event struct {
			Verb, UserAgent, RequestURI string
			ObjectRef                   *struct{ Resource string }
		}
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(event.UserAgent, "flux-probe/") {
			continue
		}
		what := event.RequestURI
		if event.ObjectRef != nil {
			what = event.ObjectRef.Resource
		}
		all = append(all, event.Verb+" "+what)
	}
}
