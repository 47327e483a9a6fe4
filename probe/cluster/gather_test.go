// SPDX-License-Identifier: Apache-2.0

package cluster

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
)

// gatherAll sends changes, each at its time, and returns what is yielded, each with its time.
func gatherAll(t *testing.T, at map[time.Duration]Change) (got []Change, when []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		for d := range at {
			times = append(times, d)
		}
		slices.Sort(times)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		changes := make(chan Change)
		go func() {
			for _, d := range times {
				time.Sleep(d - time.Since(start))
				select {
				case changes <- at[d]:
				case <-ctx.Done():
				}
			}
		}()
		for change := range gather(ctx, changes) {
			got, when = append(got, change), append(when, time.Since(start))
		}
	})
	return got, when
}

func TestGather(t *testing.T) {
	edit := func(name string) Change {
		return Change{Why: name, Subjects: []matrix.Subject{matrix.ServiceAccount("apps", name)}}
	}
	status := Change{Why: "status", StatusOnly: true}
	t.Run("what comes together", func(t *testing.T) {
		at := map[time.Duration]Change{}
		for i := range 5 {
			at[time.Duration(i)*10*time.Millisecond] = edit(fmt.Sprint(i))
		}
		got, when := gatherAll(t, at)
		if len(got) != 1 || when[0] != moment || got[0].Why != "0, 1, 2, and more" || len(got[0].Subjects) != 5 {
			t.Errorf("got %+v at %v", got, when)
		}
	})
	t.Run("edits of a person", func(t *testing.T) {
		got, when := gatherAll(t, map[time.Duration]Change{0: edit("a"), time.Second: edit("b"), 2 * time.Second: edit("c")})
		if want := []time.Duration{moment, time.Second + moment, 2*time.Second + moment}; !slices.Equal(when, want) {
			t.Errorf("got %+v at %v", got, when)
		}
	})
	t.Run("churn of every kind", func(t *testing.T) {
		for name, change := range map[string]Change{"status": status, "edits": edit("a")} {
			at := map[time.Duration]Change{}
			var end time.Duration
			for i := range 600 {
				end = time.Duration(i) * 100 * time.Millisecond
				at[end] = change
			}
			got, when := gatherAll(t, at)
			if most := burst + int(time.Minute/floor) + 1; len(got) > most || when[len(when)-1] < end {
				t.Errorf("%s: got %d changes in a minute, the last at %s; want at most %d, and the last after %s", name, len(got), when[len(when)-1], most, end)
			}
		}
	})
	t.Run("an edit during churn", func(t *testing.T) {
		at := map[time.Duration]Change{}
		for i := range 100 {
			at[time.Duration(i)*100*time.Millisecond] = status
		}
		const moved = 7*time.Second + 50*time.Millisecond
		at[moved] = edit("a")
		got, when := gatherAll(t, at)
		seen := slices.IndexFunc(got, func(c Change) bool { return len(c.Subjects) > 0 })
		if seen < 0 || when[seen] > moved+moment {
			t.Errorf("got %+v at %v", got, when)
		}
	})
}

func TestCompare(t *testing.T) {
	type meta = metav1.PartialObjectMetadata
	object := func(version string, generation int64, labels map[string]string) *meta {
		return &meta{ObjectMeta: metav1.ObjectMeta{ResourceVersion: version, Generation: generation, Labels: labels}}
	}
	label := map[string]string{"a": "b"}
	for _, test := range []struct {
		kind          string
		before, after *meta
		want          difference
	}{
		{"Kustomization", object("1", 1, nil), object("1", 1, nil), nothing},
		{"Kustomization", object("1", 1, nil), object("2", 1, nil), statusDiffers},
		{"Kustomization", object("1", 1, nil), object("2", 2, nil), differs},
		{"Kustomization", object("1", 1, nil), object("2", 1, label), differs},
		{"Deployment", object("1", 1, nil), object("2", 1, nil), nothing},
		{"Deployment", object("1", 1, nil), object("2", 2, nil), differs},
		{"Role", object("1", 0, nil), object("2", 0, nil), differs},
		{"Namespace", object("1", 0, nil), object("2", 0, nil), nothing},
		{"Namespace", object("1", 0, nil), object("2", 0, label), differs},
		{"ServiceAccount", object("1", 0, nil), object("2", 0, nil), nothing},
	} {
		if got := compare(test.kind, test.before, test.after); got != test.want {
			t.Errorf("%s %v: got %d, want %d", test.kind, test.after.ObjectMeta, got, test.want)
		}
	}
}

// TestWatchedDeployments wants those of Flux, however it was found.
func TestWatchedDeployments(t *testing.T) {
	c := &Cluster{}
	c.found.Store(&map[string]bool{"by-image": true})
	w := &watcher{Cluster: c}
	for _, test := range []struct {
		namespace string
		labels    map[string]string
		want      bool
	}{
		{"flux-system", map[string]string{"app.kubernetes.io/part-of": "flux"}, true},
		{"operators", map[string]string{"app.kubernetes.io/name": "flux-operator"}, true},
		{"by-image", nil, true},
		{"apps", nil, false},
	} {
		d := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: test.namespace, Labels: test.labels}}
		if got := w.isCandidate(d); got != test.want {
			t.Errorf("%s: got %t", test.namespace, got)
		}
	}
}
