// SPDX-License-Identifier: Apache-2.0

// Package cluster is the only package that talks to an API server. It reads a flux.Snapshot, and
// it is the Reviewer that asks a live cluster.
//
//	API server ──discovery, list, get──▶ Snapshot ──▶ matrix/flux
//	API server ◀──create access reviews── Reviewer ◀── probe
//
// It never writes to the cluster and never reads a Secret or a ConfigMap. It judges nothing.
package cluster

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	rbacclient "k8s.io/client-go/kubernetes/typed/rbac/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// requestTimeout bounds a single request when the configuration does not: an API server that
// accepts connections and stays silent must not hang a run.
const requestTimeout = time.Minute

// Cluster is a connection to one API server. Its methods may be called concurrently.
type Cluster struct {
	Server string // the URL of the API server, as configured

	authorization  authorizationclient.AuthorizationV1Interface
	authentication authenticationclient.AuthenticationV1Interface
	apps           appsclient.AppsV1Interface
	rbac           rbacclient.RbacV1Interface
	metadata       metadata.Interface
	dynamic        dynamic.Interface
	discovery      *discovery.DiscoveryClient
}

// Open prepares the clients of an API server; it sends no request. The rest.Config is copied: the
// copy has no client-side rate limit (the default of client-go is five requests a second; the
// Prober bounds what is in flight, and the server's priority and fairness protects it), the
// User-Agent flux-probe/version, and no printed warnings (what client-go itself logs goes to klog,
// which the caller directs). An error is a configuration that cannot
// be used, like a certificate file that is not there.
func Open(config *rest.Config, version string) (*Cluster, error) {
	c := rest.CopyConfig(config)
	c.QPS, c.Burst, c.RateLimiter = -1, 0, nil
	c.UserAgent = "flux-probe/" + cmp.Or(version, "devel")
	c.WarningHandler, c.WarningHandlerWithContext = rest.NoWarnings{}, nil
	c.Timeout = cmp.Or(c.Timeout, requestTimeout)
	client, err := rest.HTTPClientFor(c)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to %s with this kubeconfig: %w", c.Host, err)
	}
	asking := *client
	asking.Timeout = config.Timeout // a review is bounded by Retry, whose clock need not run twice
	k := &Cluster{Server: c.Host}
	for _, open := range []func() error{
		func() (err error) {
			k.authorization, err = authorizationclient.NewForConfigAndClient(c, &asking)
			return
		},
		func() (err error) {
			k.authentication, err = authenticationclient.NewForConfigAndClient(c, client)
			return
		},
		func() (err error) { k.apps, err = appsclient.NewForConfigAndClient(c, client); return },
		func() (err error) { k.rbac, err = rbacclient.NewForConfigAndClient(c, client); return },
		func() (err error) {
			k.metadata, err = metadata.NewForConfigAndClient(metadata.ConfigFor(c), client)
			return
		},
		func() (err error) { k.dynamic, err = dynamic.NewForConfigAndClient(c, client); return },
		func() (err error) {
			k.discovery, err = discovery.NewDiscoveryClientForConfigAndClient(c, client)
			return
		},
	} {
		if err := open(); err != nil {
			return nil, fmt.Errorf("cannot connect to %s with this kubeconfig: %w", c.Host, err)
		}
	}
	return k, nil
}

// Version is the version of the API server, v1.37.2.
func (c *Cluster) Version(ctx context.Context) (string, error) {
	info, err := c.discovery.ServerVersionWithContext(ctx)
	if err != nil {
		return "", explain(c.Server, err)
	}
	return info.GitVersion, nil
}
