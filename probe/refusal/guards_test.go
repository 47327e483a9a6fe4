// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGuards(t *testing.T) {
	for text, want := range map[string][]Guard{
		`Deployment/apps/web dry-run failed (Invalid): deployments.apps "web" is forbidden: ValidatingAdmissionPolicy 'require-labels' with binding 'prod' denied request: label team is missing`: {
			{ValidatingAdmissionPolicy, "require-labels", "prod", "label team is missing"}},
		"Pod/a/b dry-run failed: admission webhook \"validation.gatekeeper.sh\" denied the request: [c1] a {\"x\"}\n[c2] b":                        {{Gatekeeper, "c1", "", `a {"x"}`}, {Gatekeeper, "c2", "", "b"}},
		`{"error":"Pod/a/b dry-run failed: admission webhook \"validation.gatekeeper.sh\" denied the request: [c1] a {\"x\"}\n[c2] b","name":"x"}`: {{Gatekeeper, "c1", "", `a {"x"}`}, {Gatekeeper, "c2", "", "b"}},
		"admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Deployment/default/web was blocked due to the following policies \n\np1:\n  r1: 'validation error: ''x'' is\n    missing'\n  r2: plain text\np2:\n  r3: 'b'\n": {
			{Kyverno, "p1", "r1", "validation error: 'x' is missing"}, {Kyverno, "p1", "r2", "plain text"}, {Kyverno, "p2", "r3", "b"}},
		`admission webhook "a.example.com" denied the request: the webhook failed calling webhook "b.example.com": no`: {{Webhook, "a.example.com", "", `the webhook failed calling webhook "b.example.com": no`}},
		`pods "x" is forbidden: User "a" cannot get resource "pods" in API group "" in the namespace "x"`:              nil,
		`pods "x" is forbidden: Us`: nil,
	} {
		if diff := cmp.Diff(want, Guards(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
