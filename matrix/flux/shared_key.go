// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// sharedKey is FP806: one key that decrypts for every Kustomization that asks for it, whosever it is
// (kustomize-controller v1.9.5, --sops-age-secret). Where Flux is locked down for tenants, each should have
// a key of its own.
func (v *view) sharedKey(d *deployment, out *derived) {
	secret := d.flags.text(flagSopsAgeSecret)
	tenants := len(v.allTenants())
	if secret == "" || tenants == 0 {
		return
	}
	out.add(matrix.Expectation{
		Code: "FP806", Subject: d.account(), Severity: matrix.Warning, Origin: d.origin("--" + flagSopsAgeSecret), Settled: matrix.Excess,
		Because:  fmt.Sprintf("the Kustomization of a tenant must not decrypt what was encrypted for another; accounts of tenants: %d", tenants),
		Observed: fmt.Sprintf("--%s=%s lets all Kustomizations decrypt with the key of %s", flagSopsAgeSecret, secret, d.Namespace),
		Hint:     "give each tenant a key by spec.decryption.secretRef, and remove --" + flagSopsAgeSecret,
	})
}
