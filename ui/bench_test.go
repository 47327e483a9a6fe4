// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// manyReport is a report of eight findings for each of n accesses, of which every tenth failed.
func manyReport(n int) *probe.Report {
	var findings []probe.Finding
	for i := range n {
		a := matrix.Access{Resource: fmt.Sprintf("resource%d", i%125), Namespace: fmt.Sprintf("tenant%d", i/125)}
		given := yes
		if i%10 == 0 {
			given = no
		}
		findings = append(findings, asked("tenants", "FP401", fmt.Sprintf("tenant%d/account", i/125), a, standard+" deletecollection", matrix.Allow, given)...)
	}
	return finish(head(), findings)
}

// peak runs f and gives the most bytes that the heap held meanwhile, garbage included.
func peak(f func()) uint64 {
	var most uint64
	stop := make(chan struct{})
	var sampler sync.WaitGroup
	sampler.Go(func() {
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(heap)
			most = max(most, heap[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	f()
	close(stop)
	sampler.Wait()
	return most
}

func BenchmarkFormats(b *testing.B) {
	r := manyReport(12_500)
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			var most uint64
			for b.Loop() {
				most = max(most, peak(func() {
					if err := Write(io.Discard, format, r, Options{}); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(most)/(1<<20), "peak-MiB")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, format := range []string{"json", "yaml"} {
		path := filepath.Join(b.TempDir(), "report")
		if err := (Outputs{{format, path}}).Write(nil, manyReport(12_500), Options{}); err != nil {
			b.Fatal(err)
		}
		b.Run(format, func(b *testing.B) {
			var most uint64
			for b.Loop() {
				most = max(most, peak(func() {
					file, err := os.Open(path)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := Read(file); err != nil {
						b.Fatal(err)
					}
					if err := file.Close(); err != nil {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(most)/(1<<20), "peak-MiB")
		})
	}
}
