// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// TestAssumedRBACDoesNotAnswerForOtherAuthorizers has an authorizer before RBAC. RBAC cannot tell what the server would
// answer about an account for which the two differ.
func TestAssumedRBACDoesNotAnswerForOtherAuthorizers(t *testing.T) {
	t.Parallel()
	c := startWithWebhook(t, decide, webhookAuthorizer, rbacAuthorizer)
	admin := fluxed(t, c)
	status, stdout, stderr := fluxProbe(t, "--kubeconfig", admin, "--output", "json", "--only", "controllers",
		"--service-account", "flux-system/notification-controller", "--assume", "delete=ClusterRoleBinding/crd-controller-flux-system")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 3 {
		t.Fatalf("exit status %d, want 3; %v\n%s", status, err, stderr)
	}
	undetermined := 0
	for _, f := range report.Findings {
		if f.AnsweredBy != "" {
			t.Errorf("answered by %s: %s", f.AnsweredBy, line(f))
		}
		if f.Verdict == matrix.Undetermined {
			undetermined++
			if !strings.HasPrefix(f.Reason, "the assumption changes what RBAC says, but ") {
				t.Errorf("%s: %s", line(f), f.Reason)
			}
		}
	}
	if undetermined < 50 {
		t.Errorf("%d undetermined: the binding grants more", undetermined)
	}
}
