// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"bytes"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Grant is the YAML of the minimal roles that allow what is missing, "" when nothing is. Rules that a role
// of the same name already has are kept.
func Grant(s *snapshot.Snapshot, missing []matrix.Review) (string, error) {
	var b bytes.Buffer
	for _, n := range rbac.MinimalRoles(missing) {
		var lines []string
		if why := unreadRole(s, n.Namespace); why != "" {
			lines = append(lines, fmt.Sprintf("Existing roles could not be read (%s): if %s exists, applying this replaces its rules.", why, n.RoleName()))
		}
		n = s.RBAC().MergeExisting(n)
		for _, rule := range n.Kept {
			lines = append(lines, "Kept from the existing role: "+rbac.RuleText(rule))
		}
		text, err := n.YAML(lines...)
		if err != nil {
			return "", err
		}
		b.Write(text)
	}
	return b.String(), nil
}

// unreadRole returns why the role of a scope could not be read, "" when it was.
func unreadRole(s *snapshot.Snapshot, namespace string) string {
	if namespace == "" {
		return s.WhyUnread(rbacv1.GroupName, "clusterroles")
	}
	return s.WhyUnread(rbacv1.GroupName, "roles")
}
