// SPDX-License-Identifier: Apache-2.0

package flux

import "github.com/flux-probe/flux-probe/matrix"

// Former are the other subjects that a binding can name for an account of Flux's tenants, each with
// the reason why that does not help the account. flux create tenant still binds the user that
// kustomize-controller impersonated before it had service accounts to impersonate
// (flux2 cmd/flux/create_tenant.go@v2.9.5).
func Former(account matrix.Subject) map[matrix.Subject]string {
	if account.Kind != matrix.KindServiceAccount {
		return nil
	}
	return map[matrix.Subject]string{
		{Kind: matrix.KindUser, Name: "gotk:" + account.Namespace + ":reconciler"}: "no controller impersonates that user any more",
	}
}
