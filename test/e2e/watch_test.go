// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	live "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// patience is how long a watch can take to reconnect: client-go waits longer each time.
const patience = 30 * time.Second

// TestWatch cuts the wire of a watch and mends it: both are reported, what comes after is seen, and what the
// caller cannot watch is named.
func TestWatch(t *testing.T) {
	c := server(t)
	if err := c.InstallFlux(t.Context(), cluster.InstallOptions{Version: "2.9"}); err != nil {
		t.Fatal(err)
	}
	dev := matrix.ServiceAccount("default", "dev")
	t.Run("lost", func(t *testing.T) {
		cuttable := newWire(t, strings.Trim(strings.TrimPrefix(c.Config.Host, "https:"), "/"))
		config := rest.CopyConfig(c.Config)
		config.Host = "https://" + cuttable.Addr().String()
		see := watching(t, config)
		see("a binding", func(change live.Change) bool {
			return slices.Contains(change.Subjects, dev) && !change.Lost && !change.Notice
		}, func(i int) error { return bind(t.Context(), c, fmt.Sprintf("before-%d", i), dev) })
		cuttable.Cut()
		see("a broken watch", func(change live.Change) bool {
			return change.Notice && change.Lost && strings.Contains(change.Why, "lost, reconnecting")
		}, nil)
		if err := bind(t.Context(), c, "between", dev); err != nil {
			t.Fatal(err)
		}
		cuttable.Mend()
		see("the watch again", func(change live.Change) bool { return change.All && !change.Lost }, nil)
		see("a binding", func(change live.Change) bool { return slices.Contains(change.Subjects, dev) },
			func(i int) error { return bind(t.Context(), c, fmt.Sprintf("after-%d", i), dev) })
	})
	t.Run("forbidden", func(t *testing.T) {
		config := rest.CopyConfig(c.Config)
		config.Impersonate.UserName = "oncall"
		role := &rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: "oncall"},
			Rules: []rbacv1.PolicyRule{
				{Verbs: []string{"list", "watch"}, APIGroups: []string{rbacv1.GroupName}, Resources: []string{"rolebindings", "clusterrolebindings", "roles"}},
				{Verbs: []string{"list"}, APIGroups: []string{"apps"}, Resources: []string{"deployments"}},
			},
		}
		if err := c.Client.Create(t.Context(), role); err != nil {
			t.Fatal(err)
		}
		if err := bind(t.Context(), c, "oncall", matrix.Subject{Kind: matrix.KindUser, Name: "oncall"}); err != nil {
			t.Fatal(err)
		}
		see := watching(t, config)
		see("what may not be watched", func(change live.Change) bool {
			return change.Notice && !change.Lost && change.Partly && strings.Contains(change.Why, "not allowed to watch ")
		}, nil)
		see("a binding", func(change live.Change) bool { return slices.Contains(change.Subjects, dev) && !change.Lost },
			func(i int) error { return bind(t.Context(), c, fmt.Sprintf("seen-%d", i), dev) })
	})
}

// watching begins a watch. The function that it returns waits for a change; until it comes, it does again
// what should cause it, since a watch tells nothing of what was there when it began.
func watching(t *testing.T, config *rest.Config) func(what string, is func(live.Change) bool, cause func(int) error) {
	t.Helper()
	c, err := live.Open(config, "test")
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := c.Snapshot(t.Context(), live.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	changes := make(chan live.Change)
	var wait sync.WaitGroup
	wait.Go(func() {
		for change := range c.Watch(ctx, snapshot.Resources) {
			select {
			case changes <- change:
			case <-ctx.Done():
				return
			}
		}
	})
	t.Cleanup(wait.Wait)
	t.Cleanup(cancel)
	return func(what string, is func(live.Change) bool, cause func(int) error) {
		t.Helper()
		var seen []string
		deadline, again := time.After(patience), time.NewTicker(time.Second)
		defer again.Stop()
		for i := 0; ; i++ {
			if cause != nil {
				if err := cause(i); err != nil {
					t.Fatal(err)
				}
			}
			for tried := false; !tried; {
				select {
				case change := <-changes:
					if seen = append(seen, fmt.Sprintf("%+v", change)); is(change) {
						return
					}
				case <-again.C:
					tried = true
				case <-deadline:
					t.Fatalf("no %s within %s; seen was\n%s", what, patience, strings.Join(seen, "\n"))
				}
			}
		}
	}
}

// bind gives subject the ClusterRole oncall everywhere; the role need not exist.
func bind(ctx context.Context, c *cluster.Cluster, name string, subject matrix.Subject) error {
	return c.Client.Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "oncall"},
		Subjects:   []rbacv1.Subject{rbacSubject(subject)},
	})
}

func rbacSubject(s matrix.Subject) rbacv1.Subject {
	if s.Kind == matrix.KindServiceAccount {
		return rbacv1.Subject{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name}
	}
	return rbacv1.Subject{Kind: s.Kind, APIGroup: rbacv1.GroupName, Name: s.Name}
}
