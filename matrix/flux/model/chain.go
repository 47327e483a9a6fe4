// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

// Chain describes with whose permissions an object of Flux is reconciled: which controller reconciles it, and
// which account that controller impersonates.
type Chain struct {
	Object     matrix.Origin
	Group      string         // API group of the object
	Deployment string         // Deployment namespace/name; "" when none was found that watches the object
	Controller matrix.Subject // what the Deployment runs as; zero without one
	Account    matrix.Subject // whose permissions count; zero when it is not known
	By         string         // what chose Account; "" when the controller acts as itself
	Applies    bool           // the object applies others: a Kustomization, HelmRelease or ResourceSet
	Remote     bool           // spec.kubeConfig: the objects are applied to another cluster
}

// String is the chain on one line.
func (c Chain) String() string {
	text := c.Object.String() + " is reconciled by "
	if c.Deployment == "" {
		text += "no Deployment that was found"
		if c.By != "" {
			text += "; it names " + c.Account.String()
		}
		return text
	}
	text += c.Deployment + " (" + c.Controller.String() + ")"
	switch {
	case c.Remote:
		text += " on another cluster, by spec.kubeConfig"
	case c.By != "":
		text += ", which impersonates " + c.Account.String() + " (" + c.By + ")"
	default:
		text += " as itself"
	}
	return text
}

// Chains returns the chains of all objects of Flux, in the order of the snapshot.
func (m *Model) Chains() []Chain {
	chains := make([]Chain, 0, len(m.Objects))
	for _, o := range m.Objects {
		c := Chain{Object: o.Origin(""), Group: o.Group}
		if d := m.Controller(o); d != nil {
			c.Deployment, c.Controller = d.String(), d.Account()
			c.Account = c.Controller
		}
		if r, ok := m.Reconciliation(o); ok {
			c.Applies = true
			c.Account, c.By, c.Remote = cmp.Or(r.Account, c.Account), r.By, r.Remote
		}
		chains = append(chains, c)
	}
	return chains
}
