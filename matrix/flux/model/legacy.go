// SPDX-License-Identifier: Apache-2.0

package model

import "github.com/flux-probe/flux-probe/matrix"

// LegacyUsers returns the users that a binding can name instead of an account of Flux's tenants, each with the
// reason why that does not help the account. flux create tenant still binds the user that kustomize-controller
// impersonated before it impersonated ServiceAccounts (flux2 cmd/flux/create_tenant.go@v2.9.5).
func LegacyUsers(account matrix.Subject) map[matrix.Subject]string {
	if account.Kind != matrix.KindServiceAccount {
		return nil
	}
	return map[matrix.Subject]string{
		{Kind: matrix.KindUser, Name: "gotk:" + account.Namespace + ":reconciler"}: "controllers no longer impersonate that user",
	}
}
