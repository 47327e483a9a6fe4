// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// defaultIdentity is a flag that names the account whose identity is used where an object names none.
// --default-service-account of kustomize- and helm-controller is another flag: its account is impersonated.
type defaultIdentity struct {
	flag       string
	components []string
}

// defaultIdentities are the flags that fluxcd/pkg auth v0.54.3 compares with its gate.
var defaultIdentities = []defaultIdentity{
	{flagDefaultServiceAccount, []string{sourceController, notificationController, imageReflectorController, imageAutomationController}},
	{flagDefaultDecryption, []string{kustomizeController}},
	{flagDefaultKubeConfig, []string{kustomizeController, helmController}},
}

// identityDefaults is FP703 of a Deployment: a controller with such a flag and the gate off exits at its start
// (fluxcd/pkg auth/controller_options.go v0.54.3, ErrInconsistentObjectLevelConfiguration).
func (v *view) identityDefaults(out *derived) {
	for _, d := range v.deployments {
		for _, x := range defaultIdentities {
			name := d.flags.text(x.flag)
			if name == "" || !slices.Contains(x.components, d.Component) || !v.shows(d.Namespace) {
				continue
			}
			e := matrix.Expectation{
				Code: "FP703", Subject: d.account(), Severity: matrix.Error, Origin: d.origin("--" + x.flag), Settled: matrix.Pass,
				Because:  fmt.Sprintf("--%s=%s gives objects an identity by default: %s does not start without object-level identity", x.flag, name, d),
				Observed: "object-level identity is on",
			}
			if why := gateOff(d); why != "" {
				e.Settled, e.Observed = matrix.Missing, why
				e.Hint = "--feature-gates=" + gateObjectIdentity + "=true on " + d.String() + ", or remove --" + x.flag
			}
			out.add(e)
		}
	}
}

// needsCloud says whether a Provider authenticates with a cloud by an identity: those of these types that are
// given no credentials (notification-controller internal/notifier@v1.9).
func needsCloud(o Object) bool {
	switch text(o.Fields, "spec.type") {
	case "azureeventhub", "azuredevops", "googlepubsub":
		// A connection string of an Event Hub is its own credential.
		return field(o.Fields, "spec.secretRef") == nil && !strings.Contains(text(o.Fields, "spec.address"), "SharedAccessKey")
	}
	return false
}

// providerIdentity is the account that a Provider names, or else the default one where it needs an identity.
func providerIdentity(o Object, byDefault string) []identityUse {
	name := text(o.Fields, "spec.serviceAccountName")
	if needsCloud(o) {
		name = cmp.Or(name, byDefault)
	}
	return used("spec.serviceAccountName", name, true)
}
