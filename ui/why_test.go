// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/why"
)

// reasons are an answer of each kind: two by one problem, one that is right, one that is not known.
func reasons() *why.Report {
	whole := faulty()
	account := matrix.ServiceAccount("billing", "reconciler")
	access := func(verb string) []matrix.Access {
		return []matrix.Access{{Verb: verb, Resource: "configmaps", Namespace: "billing", Name: "rates\x1b[31m"}}
	}
	object := &matrix.Origin{Kind: "Kustomization", Namespace: "billing", Name: "billing"}
	chain := []string{"Kustomization billing/billing is reconciled by Deployment flux-system/kustomize-controller"}
	right := &explain.Report{Explanations: []explain.Explanation{{
		Subject: account, Access: access("list")[0], Decision: explain.Denied, NearMisses: []string{"not to be shown"},
		Checks: []explain.RelatedCheck{{Code: "FP501", Want: matrix.Deny, Severity: matrix.Error, Because: "it is a tenant's account"}},
	}}}
	r := &why.Report{Ready: 1200, Entries: []why.Entry{
		{Object: object, Says: "ReconciliationFailed: it is forbidden", Subject: &account, Accesses: access("get"), Permissions: why.Yes, Because: "it was refused, and still is", Chain: chain, Problem: "d59a2200d521", Next: "flux-probe explain kustomization/billing -n billing"},
		{Subject: &account, Accesses: access("get"), Permissions: why.Yes, Because: "it is still refused", Problem: "d59a2200d521"},
		{Subject: &account, Accesses: access("list"), Permissions: why.Yes, Because: "it is refused, and that is right: FP501 requires it", Explanation: right},
		{Object: &matrix.Origin{Kind: "HelmRelease", Namespace: "a", Name: "b"}, Permissions: why.Unknown, Because: "another cluster refused it"},
		{Object: &matrix.Origin{Kind: "GitRepository", Namespace: "a", Name: "b"}, Permissions: why.No, Because: "its message names no refusal"},
		{Guards: []refusal.Guard{{Kind: refusal.Kyverno, Name: "latest", Part: "tag", Says: "no tag"}}, Permissions: why.No, Because: "Kyverno policy latest (rule tag) refused it: no tag"},
	}, NotAsked: []matrix.Gap{{What: "alerts.notification.toolkit.fluxcd.io", Why: "it is forbidden", Kind: matrix.Forbidden}}}
	r.Keep(whole)
	r.Finish()
	return r
}

func TestEveryWhyFormatHasGoldens(t *testing.T) {
	for _, format := range WhyFormats() {
		var b bytes.Buffer
		if err := WriteWhy(&b, format, reasons(), Options{Width: 100, Program: "flux probe"}); err != nil {
			t.Fatal(err)
		}
		golden(t, "why."+format, b.Bytes())
	}
}

// The document can be read back, and one refusal needs no count of refusals.
func TestWhyOfOneText(t *testing.T) {
	r := reasons()
	r.Text, r.Entries, r.NotAsked = true, r.Entries[1:2], nil
	var table, document bytes.Buffer
	if err := WriteWhy(&table, "table", r, Options{}); err != nil || strings.Contains(table.String(), "permissions are the cause for") {
		t.Errorf("%v\n%s", err, table.String())
	}
	if err := WriteWhy(&document, "json", r, Options{}); err != nil {
		t.Fatal(err)
	}
	var again why.Report
	if err := json.Unmarshal(document.Bytes(), &again); err != nil || again.Entries[0].Problem != again.Problems[0].ID || len(again.Findings) != 1 {
		t.Errorf("%v: %+v", err, again)
	}
}
