// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// TestWebhookThatDiffersFromRBAC has an authorizer before RBAC that denies what RBAC grants and allows what RBAC does
// not grant. The answers of the API server count, and FP002 reports both differences.
func TestWebhookThatDiffersFromRBAC(t *testing.T) {
	t.Parallel()
	c := startWithWebhook(t, decide, webhookAuthorizer, rbacAuthorizer)
	admin := fluxed(t, c)

	status, stdout, stderr := fluxProbe(t, "--kubeconfig", admin, "--output", "json",
		"--service-account", "flux-system/notification-controller")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 1 {
		t.Fatalf("exit status %d, want 1; %v\n%s", status, err, stderr)
	}
	var got strings.Builder
	for _, f := range report.Findings {
		if f.Failed() {
			got.WriteString(line(f) + "\n")
		}
	}
	account := " flux-system/notification-controller"
	for _, want := range []string{
		"FP101 error missing" + account + " create leases.coordination.k8s.io in flux-system",
		"FP102 error excess" + account + " create pods in flux-system",
		"FP002 warning missing" + account + ": the server refuses get leases.coordination.k8s.io",
		"FP002 info excess" + account + ": the server allows create pods in flux-system",
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("no %q in\n%s", want, got.String())
		}
	}
}

// decide denies leases, allows pods, and leaves the rest to RBAC.
func decide(w http.ResponseWriter, r *http.Request) {
	var review authorizationv1.SubjectAccessReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if a := review.Spec.ResourceAttributes; a != nil {
		review.Status = authorizationv1.SubjectAccessReviewStatus{
			Allowed: a.Resource == "pods", Denied: a.Resource == "leases", Reason: "decided by the policy",
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(review) // the API server reports an answer that it cannot read
}

// TestAdmissionFindsWhatNoReviewTells has an authorizer that refuses what has a name, where the review is about all names:
// the review allows a request that is refused when it is tried, FP413 says so.
func TestAdmissionFindsWhatNoReviewTells(t *testing.T) {
	t.Parallel()
	named := func(w http.ResponseWriter, r *http.Request) {
		var review authorizationv1.SubjectAccessReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if a := review.Spec.ResourceAttributes; a != nil && a.Verb == "patch" {
			review.Status.Denied = a.Name == "good"
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(review) // the API server reports an answer that it cannot read
	}
	c := startWithWebhook(t, named, strings.Replace(webhookAuthorizer, "flux-system:notification-controller", "default:apps", 1), rbacAuthorizer)
	admin := fluxed(t, c)
	applyInventoried(t, c)
	status, stdout, stderr := fluxProbe(t, "--kubeconfig", admin, "--output", "json", "--only", "admission", "-n", "default", "--admission")
	var report probe.Report
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || status != 1 {
		t.Fatalf("exit status %d, want 1; %v\n%s", status, err, stderr)
	}
	var got []string
	for _, f := range report.Findings {
		if f.Verdict != matrix.Pass {
			got = append(got, f.Code+" "+f.Access.Name)
			t.Log(f.Observed)
		}
	}
	if len(got) != 1 || got[0] != "FP413 good" {
		t.Errorf("got %q, want what has the name", got)
	}
}
