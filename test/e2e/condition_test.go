// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"

	"k8s.io/client-go/discovery"

	"github.com/flux-probe/flux-probe/matrix/version"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// condition answers the conditions of scripts: [constrained], whether the API server knows constrained
// impersonation, which is on since Kubernetes 1.36.
func condition(c *cluster.Cluster) func(string) (bool, error) {
	return func(name string) (bool, error) {
		if name != "constrained" {
			return false, fmt.Errorf("no condition %q", name)
		}
		client, err := discovery.NewDiscoveryClientForConfig(c.Config)
		if err != nil {
			return false, err
		}
		info, err := client.ServerVersion()
		if err != nil {
			return false, err
		}
		server, err := version.Parse(info.GitVersion)
		return server.AtLeast(1, 36), err
	}
}
