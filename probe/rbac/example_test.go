// SPDX-License-Identifier: Apache-2.0

package rbac_test

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// Print the smallest role that allows what an account needs.
func ExampleMinimalRoles() {
	dev := matrix.ServiceAccount("apps", "dev-team")
	var needed []matrix.Review
	for _, verb := range []string{"get", "patch"} {
		access := matrix.Access{Verb: verb, Group: "apps", Resource: "deployments", Namespace: "apps"}
		needed = append(needed, matrix.Review{Subject: matrix.Share(dev), Access: access})
	}
	for _, role := range rbac.MinimalRoles(needed) {
		fmt.Println(role.Subject, "in", role.Namespace)
		for _, rule := range role.Rules {
			fmt.Println(rbac.RuleText(rule))
		}
	}
	// Output:
	// apps/dev-team in apps
	// get, patch deployments.apps
}
