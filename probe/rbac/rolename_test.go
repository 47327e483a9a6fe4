// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/flux-probe/flux-probe/matrix"
)

func TestRoleName(t *testing.T) {
	user := func(name string) matrix.Subject { return matrix.Subject{Kind: matrix.KindUser, Name: name} }
	group := func(name string) matrix.Subject { return matrix.Subject{Kind: matrix.KindGroup, Name: name} }
	names := map[string]matrix.Subject{}
	for _, test := range []struct {
		subject matrix.Subject
		want    string
	}{
		{matrix.ServiceAccount("apps", "dev-team"), "flux-probe:apps:dev-team"},
		{matrix.ServiceAccount("user", "alice"), "flux-probe:user:alice"},
		{matrix.ServiceAccount("group", "alice"), "flux-probe:group:alice"},
		{user("alice"), "flux-probe:User:alice"},
		{group("alice"), "flux-probe:Group:alice"},
		{user("gotk:apps:reconciler"), "flux-probe:User:gotk:apps:reconciler"},
		{user("https://idp/alice"), "flux-probe:User:https:~1~1idp~1alice"},
		{user("https:--idp-alice"), "flux-probe:User:https:--idp-alice"},
		{user("a%2Fb"), "flux-probe:User:a~22Fb"},
		{user("a/b"), "flux-probe:User:a~1b"},
		{user("a~1b"), "flux-probe:User:a~01b"},
		{user("a-b"), "flux-probe:User:a-b"},
		{user(".."), "flux-probe:User:.."},
	} {
		got := RoleNeed{Subject: test.subject}.RoleName()
		if got != test.want {
			t.Errorf("%s: got %s, want %s", test.subject, got, test.want)
		}
		if errs := content.IsPathSegmentName(got); len(errs) > 0 {
			t.Errorf("%s is no name of an RBAC object: %v", got, errs)
		}
		if other, found := names[got]; found {
			t.Errorf("%s and %s are both %s", test.subject, other, got)
		}
		names[got] = test.subject
	}
}
