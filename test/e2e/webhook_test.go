// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// webhookAuthorizer is an authorizer that is asked about one account only; rbacAuthorizer comes before or after it.
const (
	authorization = `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
`
	rbacAuthorizer = `- type: RBAC
  name: rbac
`
	webhookAuthorizer = `- type: Webhook
  name: policy
  webhook:
    timeout: 3s
    authorizedTTL: 1s
    unauthorizedTTL: 1s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo:
      type: KubeConfigFile
      kubeConfigFile: KUBECONFIG
    matchConditions:
    - expression: request.user == 'system:serviceaccount:flux-system:notification-controller'
`
)

const webhookKubeconfig = `apiVersion: v1
kind: Config
current-context: policy
contexts: [{name: policy, context: {cluster: policy, user: policy}}]
clusters: [{name: policy, cluster: {server: "SERVER"}}]
users: [{name: policy, user: {}}]
`

// TestWebhookThatErrors has an authorizer behind RBAC that fails: what RBAC allows is known, and what it
// does not allow is undetermined, also where a refusal is what is wanted.
func TestWebhookThatErrors(t *testing.T) {
	t.Parallel()
	c := startWithWebhook(t, fail, rbacAuthorizer, webhookAuthorizer)
	admin := fluxed(t, c)

	status, stdout, stderr := fluxProbe(t, "--kubeconfig", admin, "--output", "json", "--only", "controllers",
		"--service-account", "flux-system/notification-controller", "--concurrency", "200")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 3 {
		t.Fatalf("exit status %d, want 3; %v\n%s", status, err, stderr)
	}
	known, open := 0, 0
	for _, f := range report.Findings {
		switch {
		case f.Access == nil:
		case f.Want == matrix.Allow && f.Verdict == matrix.Pass:
			known++
		case f.Want == matrix.Deny && f.Verdict == matrix.Undetermined && f.Reason != "":
			open++
		default:
			t.Errorf("%s %s %v: %s, %q", f.Code, f.Want, f.Access, f.Verdict, f.Reason)
		}
	}
	t.Logf("%d known, %d undetermined", known, open)
	if known == 0 || open == 0 {
		t.Errorf("%d known, %d undetermined; want some of both", known, open)
	}
}

// fluxed installs Flux and returns the kubeconfig of the admin.
func fluxed(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{}); err != nil {
		t.Fatal(err)
	}
	admin := filepath.Join(t.TempDir(), "admin")
	if err := c.UserKubeconfig(admin, "admin", "system:masters"); err != nil {
		t.Fatal(err)
	}
	return admin
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startWithWebhook starts an API server with these authorizers, the webhook of which answers as answer does.
func startWithWebhook(t *testing.T, answer http.HandlerFunc, authorizers ...string) *cluster.Cluster {
	t.Helper()
	webhook := httptest.NewServer(answer)
	t.Cleanup(webhook.Close)
	dir := t.TempDir()
	kubeconfig, config := filepath.Join(dir, "webhook"), filepath.Join(dir, "authorization.yaml")
	write(t, kubeconfig, strings.Replace(webhookKubeconfig, "SERVER", webhook.URL, 1))
	write(t, config, strings.Replace(authorization+strings.Join(authorizers, ""), "KUBECONFIG", kubeconfig, 1))
	return start(t, cluster.Options{Flags: map[string][]string{"authorization-mode": nil, "authorization-config": {config}}})
}
