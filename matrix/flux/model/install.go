// SPDX-License-Identifier: Apache-2.0

package model

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/version"
)

// Install is one Flux: the controllers of one namespace, and the release whose facts apply to them.
type Install struct {
	detect.Install
	Release  version.Version
	Assumed  string // why Release is another than the version of the install; "" when it is not
	Accounts []Account
	Bindings Bindings
}

// Account is the ServiceAccount of one or more controllers of an install: shards share one, and some installers
// give one to several controllers.
type Account struct {
	Subject     matrix.Subject
	Deployments []*Deployment
}

// addInstall adds an install with its Deployments and accounts, in the order of their components.
func (m *Model) addInstall(detected detect.Install) {
	i := &Install{Install: detected}
	i.Release, i.Assumed = m.Facts.Releases.JudgedBy(detected.Version)
	var deployments []*Deployment
	for _, c := range detected.Controllers {
		d := newDeployment(c, detected, i.Release)
		deployments = append(deployments, d)
		m.components[c.Component] = append(m.components[c.Component], d)
	}
	m.Deployments = append(m.Deployments, deployments...)
	slices.SortStableFunc(deployments, func(a, b *Deployment) int {
		return cmp.Compare(m.Facts.Needs.Rank(a.Component), m.Facts.Needs.Rank(b.Component))
	})
	for _, d := range deployments {
		at := slices.IndexFunc(i.Accounts, func(a Account) bool { return a.Subject == d.Account() })
		if at < 0 {
			i.Accounts = append(i.Accounts, Account{Subject: d.Account()})
			at = len(i.Accounts) - 1
		}
		i.Accounts[at].Deployments = append(i.Accounts[at].Deployments, d)
	}
	i.Bindings = m.findBindings(i.Accounts)
	m.Installs = append(m.Installs, i)
}

// Components returns the different components that run as the account.
func (a Account) Components() []string {
	var names []string
	for _, d := range a.Deployments {
		if !slices.Contains(names, d.Component) {
			names = append(names, d.Component)
		}
	}
	return names
}

// String names the components.
func (a Account) String() string { return strings.Join(a.Components(), " and ") }

// Runs reports whether the account runs one of the components for which wanted is true.
func (a Account) Runs(wanted func(component string) bool) bool {
	return slices.ContainsFunc(a.Components(), wanted)
}

// Needs returns what the code of the account's controllers relies on in a release, with their feature gates.
func (a Account) Needs(f *facts.Facts, release version.Version) []facts.Need {
	var needed []facts.Need
	for _, d := range a.Deployments {
		needed = append(needed, f.Needs.Of(d.Component, release, d.Flags.Gates)...)
	}
	return needed
}
