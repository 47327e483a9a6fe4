// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// open makes the client that the flags name; nothing is asked yet.
func (o *options) open() (*cluster.Cluster, error) {
	config, err := o.connection.ToRESTConfig()
	if err != nil {
		return nil, o.kubeconfigError(err)
	}
	if o.namesNoCluster(config) {
		return nil, errors.New("no kubeconfig names a cluster: set KUBECONFIG, --kubeconfig or --server, or ask manifests with --manifests")
	}
	return cluster.Open(config, version())
}

// kubeconfigError tells a context that does not exist from all else that a kubeconfig can lack, and
// names the one that may have been meant.
func (o *options) kubeconfigError(err error) error {
	name := *o.connection.Context
	raw, unread := o.connection.ToRawKubeConfigLoader().RawConfig()
	if _, exists := raw.Contexts[name]; name == "" || unread != nil || exists {
		return fmt.Errorf("reading the kubeconfig: %w", err)
	}
	known := slices.Collect(maps.Keys(raw.Contexts))
	return fmt.Errorf("--context %q: the kubeconfig has no such context; %s", name, spelling.Want(name, known))
}

// namesNoCluster says whether config is what client-go falls back to where there is nothing to read:
// an API server on this machine that nobody named.
func (o *options) namesNoCluster(config *rest.Config) bool {
	raw, err := o.connection.ToRawKubeConfigLoader().RawConfig()
	nothing := errors.Is(err, fs.ErrNotExist) || err == nil && len(raw.Clusters) == 0
	return nothing && *o.connection.APIServer == "" && config.Host == clientcmd.ClusterDefaults.Server
}

// contextName is the kubeconfig's context in use, in-cluster when there is no kubeconfig.
func (o *options) contextName() string {
	if name := *o.connection.Context; name != "" {
		return name
	}
	raw, err := o.connection.ToRawKubeConfigLoader().RawConfig()
	if err != nil || raw.CurrentContext == "" {
		return "in-cluster"
	}
	return raw.CurrentContext
}
