// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// Kubeconfig says which cluster to ask.
type Kubeconfig struct {
	Config  clientcmd.ClientConfig // the files and overrides
	Context string                 // the context that was asked for; the current one when empty
	Server  string                 // the server URL that was asked for; that of the context when empty
}

// ErrNoCluster is the error of a Kubeconfig that names no cluster at all.
var ErrNoCluster = errors.New("no kubeconfig names a cluster")

// UnknownContextError reports a context that the kubeconfig does not have.
type UnknownContextError struct {
	Context string
	Known   []string
}

func (e *UnknownContextError) Error() string {
	return fmt.Sprintf("the kubeconfig has no context %q%s", e.Context, spelling.Hint(e.Context, e.Known))
}

// OpenKubeconfig opens the cluster that k names. Nothing is asked yet. version is that of the program.
func OpenKubeconfig(k Kubeconfig, version string) (*Cluster, error) {
	raw, unread := k.Config.RawConfig()
	config, err := k.Config.ClientConfig()
	if _, exists := raw.Contexts[k.Context]; err != nil && k.Context != "" && unread == nil && !exists {
		return nil, &UnknownContextError{Context: k.Context, Known: slices.Collect(maps.Keys(raw.Contexts))}
	}
	if err != nil {
		return nil, configError("reading the kubeconfig", err)
	}
	// Where there is nothing to read, client-go falls back to an API server on this machine.
	nothing := errors.Is(unread, fs.ErrNotExist) || unread == nil && len(raw.Clusters) == 0
	if nothing && k.Server == "" && config.Host == clientcmd.ClusterDefaults.Server {
		return nil, ErrNoCluster
	}
	return Open(config, version)
}

// Name is the context in use. Without one it is the server that was asked for, or in-cluster.
func (k Kubeconfig) Name() string { return withoutCredentials(k.name()) }

func (k Kubeconfig) name() string {
	if k.Context != "" {
		return k.Context
	}
	raw, err := k.Config.RawConfig()
	switch {
	case err == nil && raw.CurrentContext != "":
		return raw.CurrentContext
	case k.Server != "":
		return k.Server
	default:
		return "in-cluster"
	}
}
