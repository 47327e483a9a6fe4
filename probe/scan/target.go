// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	_ "embed"
	"io"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
)

// Target is what is probed: a cluster, or manifests that stand in for one. It is made by Cluster,
// Manifests or Demo.
type Target struct {
	name        string // of the kubeconfig's context, or what the manifests are
	source      probe.Source
	cluster     *cluster.Cluster // nil for manifests
	manifests   func() (*manifests.Manifests, error)
	kubeVersion string
}

// Cluster is a live cluster; context is its name for people.
func Cluster(c *cluster.Cluster, context string) Target {
	return Target{name: context, cluster: c}
}

// Manifests are files and folders, - for stdin, that are probed as if they had been applied to an
// empty cluster of Kubernetes kubeVersion, the newest known version when it is empty. RBAC alone
// answers then.
func Manifests(stdin io.Reader, kubeVersion string, paths ...string) Target {
	return Target{
		name: "manifests " + strings.Join(paths, " "), source: probe.FromManifests, kubeVersion: kubeVersion,
		manifests: func() (*manifests.Manifests, error) { return manifests.Read(stdin, paths...) },
	}
}

// demoFleet is a fleet with two installs of Flux, four tenants and a few honest mistakes.
//
//go:embed demo.yaml
var demoFleet []byte

// DemoManifests returns the manifests of the fleet that Demo probes.
func DemoManifests() []byte { return bytes.Clone(demoFleet) }

// Demo is a small fleet that is part of the program. It needs no cluster and no files.
func Demo() Target {
	return Target{name: "demo", source: probe.FromDemo, manifests: func() (*manifests.Manifests, error) {
		return manifests.Read(bytes.NewReader(demoFleet), "-")
	}}
}

// Live reports whether the target is a cluster.
func (t Target) Live() bool { return t.cluster != nil }
