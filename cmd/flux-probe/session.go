// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// session is what is asked and who is asking there: a connection to a cluster, or manifests that
// stand in for one.
type session struct {
	options *options
	cluster *cluster.Cluster // nil with manifests
	files   files            // set when cluster is nil
	source  probe.Source
	context string
	server  string
	user    string

	// local is the one namespace that may be asked about, when the asker holds only
	// localsubjectaccessreviews there; empty when all of the cluster may be asked about.
	local string

	// first is the reading that was begun when the server answered for the first time; nil once it was
	// taken. The terminal UI reads again later.
	first func() (*flux.Snapshot, error)

	last    atomic.Pointer[reading]       // what was read last; the terminal UI reads again
	derived atomic.Pointer[matrix.Matrix] // what was derived from it
}

// connect opens what the flags name: the manifests, or the connection to a cluster. There it asks who
// is asking, and for credentials before anything else is drawn, since their plugins may prompt; and it
// begins to read, because all that is shown waits for that.
func (o *options) connect(ctx context.Context, str streams) (*session, error) {
	if len(o.manifests) > 0 {
		return o.offline(str), nil
	}
	c, err := o.open()
	if err != nil {
		return nil, err
	}
	go flux.Prepare()
	s := &session{options: o, cluster: c, context: o.contextName(), server: c.Server}
	if s.user, err = c.Identity(ctx); err != nil {
		return nil, err
	}
	s.first = later(func() (*flux.Snapshot, error) { return s.snapshot(ctx) })
	return s, nil
}

// later begins f at once, and returns what waits for its result.
func later[T any](f func() (T, error)) func() (T, error) {
	var value T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		value, err = f()
	}()
	return func() (T, error) {
		<-done
		return value, err
	}
}

// mayAsk checks the right to ask, before anything is asked. An asker who may only ask about the
// namespace given is content with that.
func (s *session) mayAsk(ctx context.Context) error {
	if s.cluster == nil {
		return nil
	}
	everywhere, err := s.cluster.MayAsk(ctx, s.options.namespace)
	if err == nil && !everywhere {
		s.local = s.options.namespace
	}
	return err
}

// read reads the cluster or the manifests.
func (s *session) read(ctx context.Context) (*reading, error) {
	var r *reading
	if s.cluster == nil {
		var err error
		if r, err = s.readFiles(); err != nil {
			return nil, err
		}
	} else {
		snapshot, err := s.takeSnapshot(ctx)
		if err != nil {
			return nil, err
		}
		r = newReading(snapshot, nil)
	}
	if err := existing(r.snapshot, s.options.namespace); err != nil {
		return nil, err
	}
	s.last.Store(r)
	return r, nil
}

// takeSnapshot is the reading that was begun by connect, and a new one each time after.
func (s *session) takeSnapshot(ctx context.Context) (*flux.Snapshot, error) {
	if first := s.first; first != nil {
		s.first = nil
		return first()
	}
	return s.snapshot(ctx)
}

func (s *session) snapshot(ctx context.Context) (*flux.Snapshot, error) {
	return s.cluster.Snapshot(ctx, cluster.SnapshotOptions{
		FluxNamespace: s.options.fluxNamespace,
		FluxVersion:   s.options.fluxVersion,
		Namespace:     s.options.namespace,
	})
}

// derive makes the matrix of what was read: all that the flags ask for, as far as the asker may ask.
func (s *session) derive(r *reading, profile flux.Profile) (*matrix.Matrix, error) {
	m, err := s.options.derive(r.snapshot, profile)
	if err != nil {
		return nil, err
	}
	if s.local != "" {
		m = flux.Within(m, r.snapshot, s.local)
	}
	m.NotAsked = append(m.NotAsked, r.gaps...)
	if len(m.Expectations) == 0 {
		m.NotAsked = append(m.NotAsked, s.options.nothing())
	}
	return m, nil
}

// header is the report of a run before its first finding.
func (s *session) header(r *reading, m *matrix.Matrix, profile flux.Profile) *probe.Report {
	report := &probe.Report{
		Source:   s.source,
		Cluster:  probe.Cluster{Context: s.context, Server: s.server, Kubernetes: r.snapshot.Kubernetes},
		ProbedAs: s.user,
		Profile:  string(profile),
		NotAsked: m.NotAsked,
	}
	for _, install := range r.snapshot.Installs {
		report.Flux = append(report.Flux, probe.Flux{Namespace: install.Namespace, Version: install.Version})
	}
	return report
}

// reviewer asks the cluster, and asks again what the server put off, telling throttled of each wait.
// With manifests it is RBAC alone that answers.
func (s *session) reviewer(throttled func(time.Duration)) probe.Reviewer {
	if s.cluster == nil {
		return probe.ReviewerFunc(s.answer)
	}
	reviewer := s.cluster.Reviewer()
	if s.local != "" {
		reviewer = s.cluster.Local(s.local)
	}
	return &cluster.Retry{Reviewer: reviewer, Throttled: throttled}
}
