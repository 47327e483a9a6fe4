// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// account is the ServiceAccount of one or more controllers of an install: shards share one, and some
// installers give one to several controllers.
type account struct {
	subject     matrix.Subject
	controllers []Controller
}

// accounts are the accounts of an install's controllers in the order of their components.
func (d *data) accounts(install Install) []account {
	var accounts []account
	for _, c := range slices.SortedStableFunc(slices.Values(install.Controllers), func(a, b Controller) int {
		return cmp.Compare(d.rank(a.Component), d.rank(b.Component))
	}) {
		subject := matrix.ServiceAccount(c.Namespace, c.ServiceAccount)
		i := slices.IndexFunc(accounts, func(a account) bool { return a.subject == subject })
		if i < 0 {
			accounts = append(accounts, account{subject: subject})
			i = len(accounts) - 1
		}
		accounts[i].controllers = append(accounts[i].controllers, c)
	}
	return accounts
}

// rank is the place of a component among those that are known, and the end for others.
func (d *data) rank(component string) int {
	for i, c := range d.needs.Controllers {
		if c.Component == component {
			return i
		}
	}
	return len(d.needs.Controllers)
}

// known says whether a component is one of Flux's controllers.
func (d *data) known(component string) bool { return d.rank(component) < len(d.needs.Controllers) }

// components are the different components that run with the account, in words.
func (a account) components() []string {
	var names []string
	for _, c := range a.controllers {
		if !slices.Contains(names, c.Component) {
			names = append(names, c.Component)
		}
	}
	return names
}

func (a account) String() string { return strings.Join(a.components(), " and ") }

// runs says whether some component of the account is one that is wanted.
func (a account) runs(wanted func(component string) bool) bool {
	return slices.ContainsFunc(a.components(), wanted)
}

// needsOf are what the code of the account's controllers relies on in release r, by their arguments.
func (d *data) needsOf(a account, r fluxVersion) []need {
	var needed []need
	for _, c := range a.controllers {
		gates := parseFlags(c.Args).gates
		if !d.known(c.Component) {
			continue
		}
		own := d.needs.Controllers[d.rank(c.Component)].Needs
		for _, n := range slices.Concat(d.needs.Common, own) {
			switch {
			case !n.holds(r):
			case n.If != "" && !gates[n.If]:
			case n.Unless != "" && gates[n.Unless]:
			default:
				needed = append(needed, n)
			}
		}
	}
	return needed
}

// shows says whether the options want what is about namespace.
func (o Options) shows(namespace string) bool { return o.Namespace == "" || o.Namespace == namespace }
