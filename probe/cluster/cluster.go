// SPDX-License-Identifier: Apache-2.0

// Package cluster is the only package that talks to an API server. It reads a snapshot.Snapshot, and
// it is the Reviewer that asks a live cluster.
//
//	API server ──discovery, list, get──▶ Snapshot ──▶ matrix/flux
//	API server ◀──create access reviews── Reviewer ◀── probe
//
// It never writes to the cluster, which its transport refuses to do, and never reads a Secret, and a ConfigMap only where one that is named has to be read
// to know what is about to be applied. It judges nothing.
package cluster

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/probe"
)

// requestTimeout limits a single request when the configuration does not: an API server that
// accepts connections and stays silent must not hang a run.
const requestTimeout = DefaultPatience

// readPatience is how long a list or another read is repeated; a single request can take as long as its timeout.
// It is shorter than that of reviews, because a single resource can fail for good while everything else is
// answered, for example when the conversion webhook of its CustomResourceDefinition is down.
const readPatience = 10 * time.Second

// Cluster is a connection to one API server. Its methods can be called concurrently.
type Cluster struct {
	Server string // the URL of the API server, as configured

	impersonating string // the user that all requests are sent as; "" for that of the credential

	rest      rest.Interface
	reviews   rest.Interface // as rest, for what Retry limits in time
	reads     patience
	repeats   probe.Repeats
	pulse     pulse
	rbac      rest.Interface // of the group rbac.authorization.k8s.io
	metadata  metadata.Interface
	discovery *discovery.DiscoveryClient

	found    atomic.Pointer[map[string]bool]   // the namespaces where the last Snapshot found candidates for Flux
	unlisted atomic.Pointer[map[string]string] // the resources of admission that the last Snapshot could not list
}

// Open prepares the clients of an API server; it sends no request. The rest.Config is copied: the
// copy has no client-side rate limit (the default of client-go is five requests a second; the
// Prober limits what is in flight, and the server's priority and fairness protects it), the
// User-Agent flux-probe/version, and no printed warnings (what client-go itself logs goes to klog,
// which the caller directs). No redirect to another host is followed. An error is a configuration that cannot
// be used, like a certificate file that does not exist.
func Open(config *rest.Config, version string) (*Cluster, error) {
	c := rest.CopyConfig(config)
	c.QPS, c.Burst, c.RateLimiter = -1, 0, nil
	c.UserAgent = "flux-probe/" + cmp.Or(version, "devel")
	c.WarningHandler, c.WarningHandlerWithContext = rest.NoWarnings{}, nil
	c.Timeout = cmp.Or(c.Timeout, requestTimeout)
	c.Wrap(func(t http.RoundTripper) http.RoundTripper { return masking{harmless{t}} })
	shared, err := rest.HTTPClientFor(c)
	if err != nil {
		return nil, configError("cannot connect to "+c.Host+" with this kubeconfig", err)
	}
	k := &Cluster{Server: withoutCredentials(c.Host), impersonating: c.Impersonate.UserName}
	k.reads = patience{limit: readPatience, least: c.Timeout, repeats: &k.repeats}
	client := &http.Client{Transport: recorder{pulsing{shared.Transport, &k.pulse}}, CheckRedirect: stayOnHost, Timeout: shared.Timeout}
	asking := *client
	asking.Timeout = config.Timeout // a review is limited by Retry, whose clock need not run twice
	var asks *discovery.DiscoveryClient
	for _, open := range []func() error{
		func() (err error) {
			typed := rest.CopyConfig(c)
			typed.APIPath, typed.GroupVersion, typed.NegotiatedSerializer = "/apis", &rbacv1.SchemeGroupVersion, scheme.Codecs.WithoutConversion()
			k.rbac, err = rest.RESTClientForConfigAndClient(typed, client)
			return
		},
		func() (err error) {
			k.metadata, err = metadata.NewForConfigAndClient(metadata.ConfigFor(c), client)
			return
		},
		func() (err error) {
			k.discovery, err = discovery.NewDiscoveryClientForConfigAndClient(c, client)
			return
		},
		func() (err error) { asks, err = discovery.NewDiscoveryClientForConfigAndClient(c, &asking); return },
	} {
		if err := open(); err != nil {
			return nil, configError("cannot connect to "+c.Host+" with this kubeconfig", err)
		}
	}
	k.rest, k.reviews = k.discovery.RESTClient(), asks.RESTClient()
	return k, nil
}

// Repeats counts what of everything that the server was asked had to be asked again. A Retry and a probe.Confirm that
// ask it share it.
func (c *Cluster) Repeats() *probe.Repeats { return &c.repeats }

// post is the request that creates an object at path.
func post(client rest.Interface, path string, content []byte) *rest.Request {
	return client.Post().AbsPath(path).
		SetHeader("Content-Type", runtime.ContentTypeProtobuf).SetHeader("Accept", acceptBoth).Body(content)
}

// Version is the version of the API server, v1.37.2.
func (c *Cluster) Version(ctx context.Context) (version string, err error) {
	err = c.reads.do(ctx, func(ctx context.Context) error {
		version, err = c.version(ctx)
		return err
	})
	return version, err
}

func (c *Cluster) version(ctx context.Context) (string, error) {
	ctx, response := recordResponse(ctx)
	info, err := c.discovery.ServerVersionWithContext(ctx)
	if err != nil {
		return "", explain(c.Server, response.withDelay(err))
	}
	if info.GitVersion == "" {
		return "", explain(c.Server, errors.New("its version has no gitVersion"))
	}
	return info.GitVersion, nil
}
