// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"

	"github.com/flux-probe/flux-probe/matrix"
)

// Chain says with whose rights an object of Flux is worked on: which controller reconciles it, and
// which account that impersonates.
type Chain struct {
	Object     matrix.Origin
	Group      string         // API group of the object
	Deployment string         // Deployment namespace/name; "" when none was found that watches the object
	Controller matrix.Subject // what the Deployment runs as; zero without one
	Account    matrix.Subject // whose rights the work is done with; zero when that is unknown
	By         string         // what chose Account; "" when the controller acts as itself
	Applies    bool           // the object applies others: a Kustomization, HelmRelease or ResourceSet
	Remote     bool           // spec.kubeConfig: the work is done on another cluster
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

// Chains are those of all objects of Flux in a snapshot, in its order.
func Chains(s *Snapshot) []Chain {
	v := newView(s, Options{})
	chains := make([]Chain, 0, len(s.Objects))
	for _, o := range s.Objects {
		d := v.controller(o)
		c := Chain{Object: o.origin(""), Group: o.Group}
		if d != nil {
			c.Deployment, c.Controller = d.String(), d.account()
			c.Account = c.Controller
		}
		if reconciles(o) {
			r := effective(o, d)
			c.Applies = true
			c.Account, c.By, c.Remote = cmp.Or(r.account, c.Account), r.by, r.remote
		}
		chains = append(chains, c)
	}
	return chains
}
