// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// rounds is how often what fix prints is carried out: an account has to be there before it can be granted anything, and
// what is taken away can be what gave a right that is needed.
const rounds = 4

// afterwards looks once more at the cluster that a script leaves behind. Its objects as manifests have to get the verdicts
// that the server gave, and its problems have to be those that the script is known for. The fix of each of them has to
// fix it alone, and once the accounts that objects name exist and all that flux-probe fix prints is carried out, nothing
// may be missing or too much that is an error, but for what is decided by reading objects (flags, references): no RBAC changes
// that.
func afterwards(t *testing.T, c *cluster.Cluster) {
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := c.UserKubeconfig(kubeconfig, "afterwards", "system:masters"); err != nil {
		t.Fatal(err)
	}
	now := reported(t, "--kubeconfig", kubeconfig)
	if len(now.Findings) == 0 {
		return // the script left no Flux
	}
	sameProblems(t, now)
	manifests := filepath.Join(t.TempDir(), "cluster.yaml")
	if err := os.WriteFile(manifests, dump(t, c), 0o600); err != nil {
		t.Fatal(err)
	}
	sameVerdicts(t, verdicts(now.Findings), verdicts(probed(t, "--manifests", manifests)))
	sampled(t, now.Findings, "--kubeconfig", kubeconfig)

	before := rbacIn(t, c)
	eachAlone(t, c, now, "--kubeconfig", kubeconfig)
	restoreRBAC(t, c, before)
	for range rounds {
		if !slices.ContainsFunc(now.Findings, fixable(now)) {
			break
		}
		createAccounts(t, c, now.Findings)
		fixOf(t, c, "--kubeconfig", kubeconfig).carryOut(t, c)
		now = reported(t, "--kubeconfig", kubeconfig)
	}
	for _, f := range now.Findings {
		if fixable(now)(f) {
			t.Errorf("after the fix: %s", line(f))
		}
	}
	if again := fixOf(t, c, "--kubeconfig", kubeconfig); !again.nothing() {
		t.Errorf("all is fixed, and fix prints:\n%s", again.text)
	}
}

// fixable reports whether RBAC can fix a finding of a report: a problem may say that the finding contradicts another, or
// that an object names the wrong account, which only whoever wrote the objects can resolve.
func fixable(r probe.Report) func(probe.Finding) bool {
	byHand := map[probe.Key]bool{}
	for _, p := range r.Problems {
		for _, i := range p.Checks {
			if strings.HasSuffix(p.Title, ", and no role can satisfy both") || strings.HasSuffix(p.Cause.Field, "serviceAccountName") {
				byHand[r.Findings[i].Key()] = true
			}
		}
	}
	return func(f probe.Finding) bool {
		return (f.Verdict == matrix.Missing || f.Verdict == matrix.Excess) && f.Severity == matrix.Error && f.Observed == "" && !byHand[f.Key()]
	}
}

// sameVerdicts holds the verdicts by manifests against the server's. What the manifests cannot know is not
// among them: the inventories are in the status of the objects, which the dump has.
func sameVerdicts(t *testing.T, server, manifests map[check]matrix.Verdict) {
	both := 0
	for check, verdict := range manifests {
		if on, ok := server[check]; ok {
			both++
			if verdict != on {
				t.Errorf("%+v is %s by the manifests, %s on the server", check, verdict, on)
			}
		}
	}
	if both < len(server)*9/10 {
		t.Errorf("the manifests answer %d checks of %d", both, len(server))
	}
}

// check is what tells a finding about an access from others.
type check struct {
	code     string
	severity matrix.Severity
	want     matrix.Effect
	review   matrix.Review
	origin   matrix.Origin
}

// probed are the findings of a run; none when there is no Flux to probe.
func probed(t *testing.T, flags ...string) []probe.Finding { return reported(t, flags...).Findings }

// reported is the report of a run; empty when there is no Flux to probe.
func reported(t *testing.T, flags ...string) (report probe.Report) {
	t.Helper()
	status, stdout, stderr := fluxProbe(t, append(flags, "--output=json")...)
	if stdout == "" && strings.Contains(stderr, "no Flux controllers") {
		return report
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatalf("no report, exit status %d: %v\n%s", status, err, stderr)
	}
	if len(report.Findings) == 0 {
		t.Fatalf("a report without findings, exit status %d\n%s", status, stderr)
	}
	return report
}

// verdicts are those of the findings about an access.
func verdicts(findings []probe.Finding) map[check]matrix.Verdict {
	found := map[check]matrix.Verdict{}
	for _, f := range findings {
		if f.Access != nil && f.Want != "" {
			found[check{f.Code, f.Severity, f.Want, matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access}, f.Origin.Get().WithoutLocation()}] = f.Verdict
		}
	}
	return found
}
