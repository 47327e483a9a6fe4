// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Chain is how one object is reconciled: by which controller, and as which account.
type Chain struct {
	Object       matrix.Origin
	Text         string         // the chain on one line
	Deployment   string         // that reconciles the object, Deployment namespace/name; "" when none was found
	Controller   matrix.Subject // that the Deployment runs as
	Impersonated matrix.Subject // that the controller acts as; zero when it acts as itself
}

// mostChains is how many objects of an account are named one by one.
const mostChains = 5

// chainsOf returns what an account is used for: the objects that are reconciled as the account, and the
// controllers that run as it.
func (x *Explainer) chainsOf(account matrix.Subject) []string {
	var lines []string
	controllers := map[string]bool{}
	for _, c := range x.options.Chains {
		switch {
		case c.Impersonated == account:
			lines = append(lines, safetext.Printable(c.Text))
		case c.Controller == account && !controllers[c.Deployment]:
			controllers[c.Deployment] = true
			lines = append(lines, safetext.Printable(c.Deployment+" runs as "+account.String()))
		}
	}
	if n := len(lines) - mostChains; n > 1 {
		lines = append(lines[:mostChains], fmt.Sprintf("and %d more", n))
	}
	return slices.Compact(lines)
}

// chainOf returns the chain of one object, "" when there is none.
func (x *Explainer) chainOf(object matrix.Origin) string {
	for _, c := range x.options.Chains {
		if c.Object.Kind == object.Kind && c.Object.Namespace == object.Namespace && c.Object.Name == object.Name {
			return safetext.Printable(c.Text)
		}
	}
	return ""
}
