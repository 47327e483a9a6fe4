// SPDX-License-Identifier: Apache-2.0

// Command kubernetes writes what a new API server has, which is its resources, its namespaces and the
// roles and bindings that it makes for itself, to the folder that --manifests knows it from:
// `make kubernetes`. It reads them from the tests' own kube-apiserver, and those of older releases from
// the Go module of each, after making sure that the module of the server's own release says the same.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	probe "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/manifests"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/test/cluster"
)

func main() {
	folder := flag.String("to", "../probe/manifests/kubernetes", "the `folder` to write to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := write(ctx, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, folder string) error {
	snapshot, err := read(ctx)
	if err != nil {
		return err
	}
	newest := builtin(snapshot)
	said, err := sources(ctx, newest.Version)
	if err != nil {
		return err
	}
	if o := compare(said, newest); len(o.Without)+len(o.Resources)+len(o.Roles)+len(o.Bindings) > 0 {
		return fmt.Errorf("the server has what its sources do not say, so they are no guide to older ones: %+v", o)
	}
	if err := save(folder, newest.Version, newest.Namespaces, nil, newest.Resources, newest.Roles, newest.Bindings); err != nil {
		return err
	}
	for next, versions := newest, older; len(versions) > 0; versions = versions[1:] {
		k, err := sources(ctx, versions[0])
		if err != nil {
			return err
		}
		o := compare(k, next)
		if err := save(folder, k.Version, nil, o.Without, o.Resources, o.Roles, o.Bindings); err != nil {
			return err
		}
		next = k
	}
	return nil
}

// read takes a snapshot of a cluster with Flux, because one without is refused.
func read(ctx context.Context) (_ *snapshot.Snapshot, err error) {
	c, err := cluster.Start(ctx, cluster.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	if err := c.InstallFlux(ctx, cluster.InstallOptions{Version: "2.9"}); err != nil {
		return nil, err
	}
	p, err := probe.Open(c.Config, "")
	if err != nil {
		return nil, err
	}
	s, err := p.Snapshot(ctx, probe.SnapshotOptions{})
	if err == nil && len(s.Unread)+len(s.FailedGroups) > 0 {
		err = fmt.Errorf("not all could be read: %v, %v", s.Unread, s.FailedGroups)
	}
	return s, err
}

// builtin leaves out what Flux brought.
func builtin(s *snapshot.Snapshot) *manifests.Kubernetes {
	k := &manifests.Kubernetes{Version: s.Kubernetes}
	for _, n := range s.Namespaces {
		if n.Labels["app.kubernetes.io/part-of"] != "flux" {
			k.Namespaces = append(k.Namespaces, n.Name)
		}
	}
	for _, r := range s.Resources {
		if !facts.IsGroup(r.Group) {
			r.Verbs = slices.Sorted(slices.Values(r.Verbs))
			k.Resources = append(k.Resources, manifests.Resource(r))
		}
	}
	own := func(labels map[string]string) bool { return labels["kubernetes.io/bootstrapping"] == "rbac-defaults" }
	for _, r := range s.Roles {
		if own(r.Labels) {
			if r.Aggregation != nil {
				r.Rules = nil
			}
			k.Roles = append(k.Roles, manifests.Role(r))
		}
	}
	for _, b := range s.Bindings {
		if own(b.Labels) {
			k.Bindings = append(k.Bindings, manifests.Binding(b))
		}
	}
	return k
}

// save writes a release as JSON with one line an entry, so that a new one can be read as a difference.
func save(folder, version string, namespaces, without []string, resources []manifests.Resource, roles []manifests.Role, bindings []manifests.Binding) error {
	minor := regexp.MustCompile(`^v1\.\d+`).FindString(version)
	if minor == "" {
		return fmt.Errorf("the server says that it is %q", version)
	}
	text := fmt.Appendf(nil, "{\n\"version\": %q", version)
	err := errors.Join(
		entries(&text, "namespaces", namespaces), entries(&text, "without", without),
		entries(&text, "resources", resources), entries(&text, "roles", roles), entries(&text, "bindings", bindings),
	)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, minor+".json"), append(text, "\n}\n"...), 0o644)
}

func entries[T any](text *[]byte, name string, all []T) error {
	if len(all) == 0 {
		return nil
	}
	*text = fmt.Appendf(*text, ",\n%q: [", name)
	for i, one := range all {
		line, err := json.Marshal(one)
		if err != nil {
			return err
		}
		if i > 0 {
			*text = append(*text, ',')
		}
		*text = append(append(*text, '\n'), line...)
	}
	*text = append(*text, "\n]"...)
	return nil
}
