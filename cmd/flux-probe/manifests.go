// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// files reads the manifests that stand in for a cluster, again each time.
type files func() (*manifests.Manifests, error)

// offline is a session on the manifests that the flags name. The terminal UI can read them again:
// it never runs when they come from standard input, which is no terminal then.
func (o *options) offline(str streams) *session {
	return &session{
		options: o, source: probe.FromManifests, context: "manifests " + strings.Join(o.manifests, " "),
		files: func() (*manifests.Manifests, error) { return manifests.Read(str.In, o.manifests...) },
	}
}

// readFiles reads the manifests as if they had been applied to an empty cluster. What is wrong with
// them is a mistake of the call.
func (s *session) readFiles() (*reading, error) {
	read, err := s.files()
	if err != nil {
		return nil, unusable(err)
	}
	snapshot, gaps, err := read.Snapshot(manifests.Options{
		KubeVersion: s.options.kubeVersion, FluxVersion: s.options.fluxVersion, FluxNamespace: s.options.fluxNamespace,
	})
	if err != nil {
		return nil, unusable(err)
	}
	return newReading(snapshot, gaps), nil
}

func unusable(err error) error {
	if bad := (*manifests.Error)(nil); errors.As(err, &bad) {
		return exitError{exitUsage, bad}
	}
	return usagef("--kube-version: %w", err)
}

// answer is what RBAC alone says of the manifests that were read last.
func (s *session) answer(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
	return rbac.Reviewer{Index: s.last.Load().index()}.Review(ctx, spec)
}
