// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

func TestForbiddenGapsCanBeAccepted(t *testing.T) {
	documents, err := matrixfile.Parse("rules.yaml", strings.NewReader(`
apiVersion: flux-probe/v1alpha1
kind: PermissionMatrix
notAsked:
- {resources: [roles.*], reason: the platform team reads RBAC, owner: platform, until: 2027-01-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	today := time.Date(2027, 1, 31, 23, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		gap  matrix.Gap
		flag []string
		day  time.Time
		want string
	}{
		{"by the file", matrix.Gap{Kind: matrix.Forbidden, Resource: "roles.rbac.authorization.k8s.io"}, nil, today, "the platform team reads RBAC (platform)"},
		{"expired", matrix.Gap{Kind: matrix.Forbidden, Resource: "roles.rbac.authorization.k8s.io"}, nil, today.AddDate(0, 0, 1), ""},
		{"another resource", matrix.Gap{Kind: matrix.Forbidden, Resource: "namespaces"}, nil, today, ""},
		{"by the flag", matrix.Gap{Kind: matrix.Forbidden, Resource: "namespaces"}, []string{"namespaces"}, today, "accepted on the command line"},
		{"broken", matrix.Gap{Kind: matrix.Broken, Resource: "roles.rbac.authorization.k8s.io"}, []string{"*"}, today, ""},
		{"chosen", matrix.Gap{Kind: matrix.Chosen}, []string{"*"}, today, ""},
	} {
		p := New(Options{Documents: documents, AcceptForbidden: test.flag, Today: test.day})
		if got := p.AcceptGaps([]matrix.Gap{test.gap})[0].Accepted; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
