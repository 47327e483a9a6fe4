// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// RoleName is the name of n's role and binding: flux-probe:NAMESPACE:NAME for a ServiceAccount, and
// flux-probe:User:NAME or flux-probe:Group:NAME otherwise. No two subjects share a name: a namespace
// has no capital letters and no colon.
func (n RoleNeed) RoleName() string {
	first := n.Subject.Kind
	if first == matrix.KindServiceAccount {
		first = n.Subject.Namespace
	}
	return "flux-probe:" + nameEscapes.Replace(first) + ":" + nameEscapes.Replace(n.Subject.Name)
}

// nameEscapes replaces the characters that the name of an RBAC object must not contain
// (k8s.io/apimachinery pkg/api/validation/path/name.go@v0.37.2), and the one that marks replacements.
var nameEscapes = strings.NewReplacer("~", "~0", "/", "~1", "%", "~2")
