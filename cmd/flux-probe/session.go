// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// session is a connection to a cluster and who is asking there.
type session struct {
	options *options
	cluster *cluster.Cluster
	context string
	server  string
	user    string

	// local is the one namespace that may be asked about, when the asker holds only
	// localsubjectaccessreviews there; empty when all of the cluster may be asked about.
	local string
}

// connect opens the connection that the flags name and says who is asking. It asks for credentials
// before anything else is drawn, since their plugins may prompt.
func (o *options) connect(ctx context.Context) (*session, error) {
	c, err := o.open()
	if err != nil {
		return nil, err
	}
	s := &session{options: o, cluster: c, context: o.contextName(), server: c.Server}
	s.user, err = c.Identity(ctx)
	return s, err
}

// open makes the client that the flags name; nothing is asked yet.
func (o *options) open() (*cluster.Cluster, error) {
	config, err := o.connection.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	return cluster.Open(config, version())
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

// mayAsk checks the right to ask, before anything is asked. An asker who may only ask about the
// namespace given is content with that.
func (s *session) mayAsk(ctx context.Context) error {
	everywhere, err := s.cluster.MayAsk(ctx, s.options.namespace)
	if err == nil && !everywhere {
		s.local = s.options.namespace
	}
	return err
}

// read reads the cluster.
func (s *session) read(ctx context.Context) (*flux.Snapshot, error) {
	return s.cluster.Snapshot(ctx, cluster.SnapshotOptions{
		FluxNamespace: s.options.fluxNamespace,
		FluxVersion:   s.options.fluxVersion,
		Namespace:     s.options.namespace,
	})
}

// derive makes the matrix of a snapshot: all that the flags ask for, as far as the asker may ask.
func (s *session) derive(snapshot *flux.Snapshot, profile flux.Profile) (*matrix.Matrix, error) {
	m, err := s.options.derive(snapshot, profile)
	if err != nil || s.local == "" {
		return m, err
	}
	return flux.Within(m, snapshot, s.local), nil
}

// header is the report of a run before its first finding.
func (s *session) header(snapshot *flux.Snapshot, m *matrix.Matrix, profile flux.Profile) *probe.Report {
	r := &probe.Report{
		Cluster:  probe.Cluster{Context: s.context, Server: s.server, Kubernetes: snapshot.Kubernetes},
		ProbedAs: s.user,
		Profile:  string(profile),
		NotAsked: m.NotAsked,
	}
	for _, install := range snapshot.Installs {
		r.Flux = append(r.Flux, probe.Flux{Namespace: install.Namespace, Version: install.Version})
	}
	return r
}

// reviewer asks the cluster, and asks again what the server put off, telling throttled of each wait.
func (s *session) reviewer(throttled func(time.Duration)) probe.Reviewer {
	reviewer := s.cluster.Reviewer()
	if s.local != "" {
		reviewer = s.cluster.Local(s.local)
	}
	return &cluster.Retry{Reviewer: reviewer, Throttled: throttled}
}
