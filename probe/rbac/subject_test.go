// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestSubjectsAreResolved(t *testing.T) {
	dev := matrix.ServiceAccount("apps", "dev")
	for name, test := range map[string]struct {
		binding, entry string
		want           matrix.Subject
	}{
		"an account with its namespace":                             {"other/b", "apps/dev", dev},
		"an account of the namespace of its RoleBinding":            {"apps/b", "dev", dev},
		"an account without a namespace anywhere":                   {"b", "dev", matrix.ServiceAccount("", "dev")},
		"an account by its user name":                               {"b", "User system:serviceaccount:apps:dev", dev},
		"a user":                                                    {"apps/b", "User dev", matrix.Subject{Kind: "User", Name: "dev"}},
		"a user name like that of an account, with a part too few":  {"b", "User system:serviceaccount:dev", matrix.Subject{Kind: "User", Name: "system:serviceaccount:dev"}},
		"a user name like that of an account, with a part too many": {"b", "User system:serviceaccount:apps:dev:x", matrix.Subject{Kind: "User", Name: "system:serviceaccount:apps:dev:x"}},
		"a user name like that of an account, without a name":       {"b", "User system:serviceaccount:apps:", matrix.Subject{Kind: "User", Name: "system:serviceaccount:apps:"}},
		"a group": {"apps/b", "Group system:serviceaccounts:apps", matrix.Subject{Kind: "Group", Name: "system:serviceaccounts:apps"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := binding(test.binding, "ClusterRole r", test.entry)
			if got := b.Subject(b.Subjects[0]); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestAccounts(t *testing.T) {
	b := binding("apps/b", "Role r", "dev", "apps/dev", "User system:serviceaccount:apps:dev", "User alice", "Group alice", "Robot x", "other/dev")
	want := []matrix.Subject{matrix.ServiceAccount("apps", "dev"), {Kind: "User", Name: "alice"}, matrix.ServiceAccount("other", "dev")}
	if diff := cmp.Diff(want, b.Accounts()); diff != "" {
		t.Error(diff)
	}
	if got := binding("b", "ClusterRole r", "dev").Accounts(); got != nil {
		t.Errorf("a ServiceAccount without a namespace matches no account, got %v", got)
	}
}

// TestUnknownKindsMatchNoAccount has a subject of a kind that the API server does not know, with a
// name that is somebody's user name.
func TestUnknownKindsMatchNoAccount(t *testing.T) {
	x := New([]Role{role("r", rule("get pods"))}, []Binding{binding("b", "ClusterRole r", "Robot system:serviceaccount:apps:dev")})
	if got := x.RolesOf(matrix.ServiceAccount("apps", "dev")); got != nil {
		t.Errorf("the account holds %v", got)
	}
	if x.Allowed(review("apps/dev get pods")) {
		t.Error("the account is allowed")
	}
}
