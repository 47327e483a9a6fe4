// SPDX-License-Identifier: Apache-2.0

// Package cluster runs a real kube-apiserver over a real etcd for the tests, and installs Flux in it.
// The two binaries are built from their Go modules or downloaded (Assets), the CRDs are generated from
// Flux's API modules, and the RBAC is read from Flux's own module at run time; nothing of Flux or
// Kubernetes is copied here. No controllers and no kubelets run: what they would do and a permission
// prober sees, which is aggregating ClusterRoles and ending namespaces, is done by Aggregate and Reset.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// Options change how the API server runs. The zero value is RBAC, no audit log.
type Options struct {
	// AuditPolicy is an audit policy in YAML; with it the server writes Cluster.AuditLog.
	AuditPolicy string
	// Flags are further flags of kube-apiserver, without the dashes, such as feature-gates; they take
	// the place of a default of the same name, and a nil value takes the default away.
	Flags map[string][]string
}

// Cluster is a running API server.
type Cluster struct {
	// Config is the credential of a user in system:masters.
	Config *rest.Config
	// Client uses Config.
	Client client.Client
	// AuditLog is the file that the server writes when it was given an audit policy.
	AuditLog string
	// Dir holds the server's logs and the kubeconfig files; Stop removes it.
	Dir string

	env       envtest.Environment
	baseline  map[types.UID]bool
	restarted []func() // end the servers that Restart started
	stop      func() error
}

// Start runs etcd and kube-apiserver on free loopback ports and returns when they serve. They end by
// Stop, by the end of ctx, or with this process.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	assets, err := Assets(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "flux-probe-cluster-")
	if err != nil {
		return nil, err
	}
	ctrllog.SetLogger(logr.Discard()) // else controller-runtime complains after 30 seconds
	c := &Cluster{Dir: dir, env: envtest.Environment{
		ControlPlaneStartTimeout: time.Minute,
		ControlPlaneStopTimeout:  20 * time.Second,
	}}
	logs, err := c.configure(assets, options)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	allIsWell := func() {}
	c.stop = sync.OnceValue(func() error {
		release()
		defer allIsWell()
		for _, end := range c.restarted {
			end()
		}
		return errors.Join(c.env.Stop(), logs.Close(), os.RemoveAll(dir))
	})
	c.Config, err = c.env.Start()
	if err == nil {
		allIsWell, err = endWithUs()
	}
	if err == nil {
		c.Config.WarningHandler = rest.NoWarnings{} // Reset lists deprecated kinds too
		err = c.connect(ctx)
	}
	if err != nil {
		said, _ := os.ReadFile(logs.Name())
		err = fmt.Errorf("starting the test cluster: %w\n%s", err, said[max(0, len(said)-2000):])
		return nil, errors.Join(err, c.stop())
	}
	context.AfterFunc(ctx, func() { _ = c.stop() })
	return c, nil
}

// Stop ends the servers and removes their files; more calls do nothing.
func (c *Cluster) Stop() error { return c.stop() }

// configure prepares the flags of both servers and opens the file that takes what kube-apiserver says.
func (c *Cluster) configure(assets string, options Options) (*os.File, error) {
	logs, err := os.Create(filepath.Join(c.Dir, "kube-apiserver.log"))
	if err != nil {
		return nil, err
	}
	server := c.env.ControlPlane.GetAPIServer()
	server.Path = filepath.Join(assets, "kube-apiserver")
	server.Out, server.Err = io.Discard, logs
	c.env.ControlPlane.Etcd = new(envtest.Etcd)
	c.env.ControlPlane.Etcd.Path = filepath.Join(assets, "etcd")
	if options.AuditPolicy != "" {
		policy := filepath.Join(c.Dir, "audit-policy.yaml")
		if err := os.WriteFile(policy, []byte(options.AuditPolicy), 0o600); err != nil {
			return nil, err
		}
		c.AuditLog = filepath.Join(c.Dir, "audit.log")
		server.Configure().Set("audit-policy-file", policy).Set("audit-log-path", c.AuditLog)
	}
	for name, values := range options.Flags {
		if values == nil {
			server.Configure().Disable(name)
		} else {
			server.Configure().Set(name, values...)
		}
	}
	return logs, nil
}

// connect makes the client and notes what a fresh server holds, which Reset leaves alone.
func (c *Cluster) connect(ctx context.Context) error {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), apiextensionsv1.AddToScheme(scheme)); err != nil {
		return err
	}
	var err error
	if c.Client, err = client.New(c.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	c.baseline = map[types.UID]bool{}
	return c.everyObject(ctx, func(o *found) error {
		c.baseline[o.UID] = true
		return nil
	})
}
