// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestCanI(t *testing.T) {
	const account = " --as=system:serviceaccount:apps:dev-team --as-group=system:serviceaccounts" +
		" --as-group=system:serviceaccounts:apps --as-group=system:authenticated"
	dev := matrix.ServiceAccount("apps", "dev-team")
	for _, test := range []struct {
		name       string
		subject    matrix.Subject
		attributes matrix.Access
		want       string
	}{
		{"all namespaces", dev, matrix.Access{Verb: "get", Group: "coordination.k8s.io", Resource: "leases"},
			"kubectl auth can-i get leases.coordination.k8s.io -A" + account},
		{"one object", dev, matrix.Access{Verb: "delete", Group: "apps", Resource: "deployments", Namespace: "apps", Name: "web"},
			"kubectl auth can-i delete deployments.apps/web -n apps" + account},
		{"subresource", dev, matrix.Access{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: "apps", Name: "dev"},
			"kubectl auth can-i create serviceaccounts/dev --subresource=token -n apps" + account},
		{"path", dev, matrix.Access{Verb: "get", Path: "/healthz"}, "kubectl auth can-i get /healthz" + account},
		{"star", dev, matrix.Access{Verb: "*", Group: "*", Resource: "*"}, "kubectl auth can-i '*' '*.*' -A" + account},
		{"user", matrix.Subject{Kind: matrix.KindUser, Name: "o'neill; rm -rf"}, matrix.Access{Verb: "get", Resource: "pods"},
			`kubectl auth can-i get pods -A --as='o'\''neill; rm -rf' --as-group=system:authenticated`},
		{"group", matrix.Subject{Kind: matrix.KindGroup, Name: "oncall"}, matrix.Access{Verb: "get", Resource: "pods"},
			"kubectl auth can-i get pods -A --as=nobody --as-group=oncall"},
		{"quote inside", matrix.Subject{Kind: matrix.KindUser, Name: "a b"}, matrix.Access{Verb: "get", Resource: "pods"},
			"kubectl auth can-i get pods -A --as='a b' --as-group=system:authenticated"},
	} {
		if got := CanI(matrix.Review{Subject: matrix.Share(test.subject), Access: test.attributes}); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}
