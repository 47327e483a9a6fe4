// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// TestNotAllowedErrorCanBeApplied reads the manifest in the message back, for user names that YAML
// would misread when they are not quoted.
func TestNotAllowedErrorCanBeApplied(t *testing.T) {
	for user, want := range map[string]rbacv1.Subject{
		"oncall":                          {Kind: "User", APIGroup: rbacv1.GroupName, Name: "oncall"},
		"oidc:on call@example.com: #1":    {Kind: "User", APIGroup: rbacv1.GroupName, Name: "oidc:on call@example.com: #1"},
		"system:serviceaccount:ci:prober": {Kind: "ServiceAccount", Namespace: "ci", Name: "prober"},
		"1234":                            {Kind: "User", APIGroup: rbacv1.GroupName, Name: "1234"},
	} {
		message := (&NotAllowedError{User: user}).Error()
		cause, manifest, _ := strings.Cut(message, "\n\n")
		if !strings.Contains(cause, user+" cannot create subjectaccessreviews") {
			t.Errorf("%s: got %q", user, cause)
		}
		var binding rbacv1.ClusterRoleBinding
		if err := yaml.UnmarshalStrict([]byte(manifest), &binding); err != nil {
			t.Fatalf("%s: %v\n%s", user, err, manifest)
		}
		if binding.RoleRef.Name != "system:auth-delegator" || len(binding.Subjects) != 1 || binding.Subjects[0] != want {
			t.Errorf("%s: got %+v", user, binding)
		}
	}
}
