// SPDX-License-Identifier: Apache-2.0

// Package bench measures flux-probe against a real API server. The limit is the server, so what
// counts is the ratio to a bare loop that posts the same reviews with the same concurrency in the
// same run.
package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/probe/scan"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// rounds is how often the loop and the prober take turns; the median of the ratios counts.
const rounds = 5

func BenchmarkProber(b *testing.B) {
	c, err := cluster.Start(b.Context(), cluster.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := c.Stop(); err != nil {
			b.Error(err)
		}
	})
	if err := c.InstallFlux(b.Context(), cluster.InstallOptions{}); err != nil {
		b.Fatal(err)
	}
	connection, err := probecluster.Open(c.Config, "bench")
	if err != nil {
		b.Fatal(err)
	}
	run, err := scan.Open(b.Context(), scan.Options{Target: scan.Cluster(connection, "bench"), DeriveOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("default matrix", func(b *testing.B) { compare(b, c.Config, connection, run.Matrix()) })
	b.Run("10,000 reviews", func(b *testing.B) { compare(b, c.Config, connection, many(10_000)) })
	b.Run("memory", func(b *testing.B) { memory(b, c) })
}

// many is a matrix of n checks with a review each.
func many(n int) *matrix.Matrix {
	m := &matrix.Matrix{}
	for i := range n {
		m.Checks = append(m.Checks, &matrix.Asked{
			CheckMeta: matrix.CheckMeta{Severity: matrix.Error}, Want: matrix.Deny,
			AnyOf: matrix.One(matrix.ServiceAccount(fmt.Sprintf("tenant-%d", i%100), "reconciler"),
				matrix.Access{Verb: "get", Resource: "secrets", Namespace: fmt.Sprintf("tenant-%d", i/100)}),
		})
	}
	return m
}

// compare prints the ratio of the prober's time to that of the bare loop.
func compare(b *testing.B, config *rest.Config, connection *probecluster.Cluster, m *matrix.Matrix) {
	asked := asked(b, connection.Reviewer(), m)
	bare := bareLoop(b, config)
	var ratios []float64
	for b.Loop() {
		for range rounds {
			loop := timed(func() { bare(asked) })
			probed := timed(func() { run(b, connection, m) })
			ratios = append(ratios, float64(probed)/float64(loop))
		}
	}
	slices.Sort(ratios)
	median := ratios[len(ratios)/2]
	b.ReportMetric(median, "ratio")
	fmt.Printf("ratio: %.2f (prober over bare loop, %s: %d checks, %d reviews, %d saved by asking once)\n",
		median, b.Name(), len(m.Checks), len(asked), len(m.Checks)-len(asked))
}

func timed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

func run(b *testing.B, connection *probecluster.Cluster, m *matrix.Matrix) {
	p := probe.Prober{Reviewer: &probecluster.Retry{Reviewer: connection.Reviewer()}}
	for f := range p.Run(b.Context(), m) {
		if f.Verdict == matrix.Undetermined && f.Observed == "" {
			b.Fatal(f.Reason)
		}
	}
}

// asked are the reviews that a run really asks.
func asked(tb testing.TB, reviewer probe.Reviewer, m *matrix.Matrix) []authorizationv1.SubjectAccessReviewSpec {
	var mu sync.Mutex
	var specs []authorizationv1.SubjectAccessReviewSpec
	p := probe.Prober{Reviewer: probe.ReviewerFunc(func(ctx context.Context, spec authorizationv1.SubjectAccessReviewSpec) (authorizationv1.SubjectAccessReviewStatus, error) {
		mu.Lock()
		specs = append(specs, spec)
		mu.Unlock()
		return reviewer.Review(ctx, spec)
	})}
	for range p.Run(tb.Context(), m) {
	}
	return specs
}

// bareLoop posts reviews with the plain client of client-go, as many at once as the prober.
func bareLoop(b *testing.B, config *rest.Config) func([]authorizationv1.SubjectAccessReviewSpec) {
	config = rest.CopyConfig(config)
	config.QPS = -1
	client, err := authorizationclient.NewForConfig(config)
	if err != nil {
		b.Fatal(err)
	}
	return func(specs []authorizationv1.SubjectAccessReviewSpec) {
		work := make(chan authorizationv1.SubjectAccessReviewSpec)
		var workers sync.WaitGroup
		for range probe.DefaultConcurrency {
			workers.Go(func() {
				for spec := range work {
					if _, err := client.SubjectAccessReviews().Create(b.Context(), &authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{}); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for _, spec := range specs {
			work <- spec
		}
		close(work)
		workers.Wait()
	}
}

// memory prints the peak memory of the program for the default matrix.
func memory(b *testing.B, c *cluster.Cluster) {
	dir := b.TempDir()
	program, kubeconfig := filepath.Join(dir, "flux-probe"), filepath.Join(dir, "kubeconfig")
	build := exec.CommandContext(b.Context(), "go", "build", "-o", program, "./cmd/flux-probe")
	build.Dir = "../.." // with the dependencies of its own module
	// As make build does: with cgo, a package below cli-runtime that can load plugins makes the
	// linker keep a table of all symbols, 20 MiB of it resident.
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if err := c.UserKubeconfig(kubeconfig, "bench", "system:masters"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		probe := exec.CommandContext(b.Context(), program, "--kubeconfig", kubeconfig, "-o", "table")
		probe.Env = append(os.Environ(), "NO_COLOR=1")
		if err := probe.Start(); err != nil {
			b.Fatal(err)
		}
		peak := peakOf(probe.Process.Pid)
		if err := probe.Wait(); err != nil {
			b.Fatal(err)
		}
		used := <-peak
		b.ReportMetric(used.resident, "MiB")
		b.ReportMetric(used.own, "MiB-own")
		fmt.Printf("peak memory: %.1f MiB, of which %.1f MiB is its own and not mapped from the binary; user and system time %s\n",
			used.resident, used.own, probe.ProcessState.UserTime()+probe.ProcessState.SystemTime())
	}
}

// usage is the memory of a process, in MiB. How much of the binary is resident depends on how the system caches
// files, and other processes can use the same pages.
type usage struct{ resident, own float64 }

// peakOf watches the memory of a process until it ends, and returns the highest of each. What wait4 says would be
// that of this process, whose memory the child shares until it executes.
func peakOf(pid int) <-chan usage {
	peak := make(chan usage, 1)
	go func() {
		var highest usage
		defer func() { peak <- highest }()
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			resident, own := field(status, "VmHWM:"), field(status, "RssAnon:")
			if err != nil || resident == 0 { // it has ended: a zombie has no memory
				return
			}
			highest = usage{max(highest.resident, resident), max(highest.own, own)}
			time.Sleep(time.Millisecond)
		}
	}()
	return peak
}

// field is a size in the status of a process, in MiB; 0 when it is not there.
func field(status []byte, name string) float64 {
	_, after, _ := strings.Cut(string(status), name)
	kib := 0
	if _, err := fmt.Sscanf(after, "%d", &kib); err != nil {
		return 0
	}
	return float64(kib) / 1024
}
