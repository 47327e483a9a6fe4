// SPDX-License-Identifier: Apache-2.0

package model

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/version"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Deployment is that of a controller, with its command line read.
type Deployment struct {
	detect.Controller
	FluxVersion string          // the version of its install, as it was found
	Version     version.Version // FluxVersion; zero when it is not known
	Release     version.Version // the release whose facts apply to its install
	Flags       detect.Flags

	selector labels.Selector
}

// newDeployment reads the command line of a controller. A selector that cannot be read selects nothing: a
// controller with such a selector does not start.
func newDeployment(c detect.Controller, install detect.Install, release version.Version) *Deployment {
	d := &Deployment{Controller: c, FluxVersion: install.Version, Release: release, Flags: detect.ParseFlags(c.Args)}
	d.Version, _ = version.Parse(install.Version)
	selector, err := labels.Parse(d.Flags.Text(facts.FlagWatchLabelSelector))
	if err != nil {
		selector = labels.Nothing()
	}
	d.selector = selector
	return d
}

// Account returns the ServiceAccount that the controller runs as.
func (d *Deployment) Account() matrix.Subject {
	return matrix.ServiceAccount(d.Namespace, d.ServiceAccount)
}

// String is Deployment namespace/name.
func (d *Deployment) String() string { return "Deployment " + d.Namespace + "/" + d.Name }

// Origin names the Deployment and one of its fields, or a flag.
func (d *Deployment) Origin(field string) matrix.Origin {
	return matrix.Origin{Kind: "Deployment", Namespace: d.Namespace, Name: d.Name, Field: field, Release: d.FluxVersion}
}

// watches reports whether the Deployment reconciles o: it is in one of its namespaces and in its shard.
func (d *Deployment) watches(o snapshot.Object) bool {
	if !d.Flags.Is(facts.FlagWatchAllNamespaces, true) && o.Namespace != d.Namespace {
		return false
	}
	return d.selector.Matches(labels.Set(o.Labels))
}
