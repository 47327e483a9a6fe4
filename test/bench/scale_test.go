// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/ui"
)

// limitOfMillion is how much memory a million checks may take, all in all, in bytes.
const limitOfMillion = 2 << 30

// gcPercent is what the program sets once the checks are derived (cmd/flux-probe).
const gcPercent = 40

// TestMillionChecks derives, asks and judges the checks of 8,000 tenants. The reviewer is RBAC in memory, and its
// answers are remembered as those of a cluster are. What the process took at most counts, garbage included.
func TestMillionChecks(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute and 2 GiB")
	}
	before := mostMemory(t)
	read := fleet(t, 8000)
	m := flux.Derive(model.New(read, model.Options{}), flux.Options{})
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	r := &probe.Report{Findings: probe.Pending(m)}
	reviewer := probe.NewMemory(rbac.Reviewer{Index: read.RBAC()})
	ask(t, m, reviewer, r.Findings)
	r.Complete(r.Findings)
	if err := ui.Write(io.Discard, "json", r, ui.Options{}); err != nil {
		t.Fatal(err)
	}
	most := mostMemory(t)
	t.Logf("%d checks: %d MiB, %d bytes each; %d MiB before", len(m.Checks), most>>20, most/len(m.Checks), before>>20)
	if r.Summary.Pass < 1_000_000 || r.Summary.Undetermined > 0 {
		t.Errorf("not a million checks passed: %+v", r.Summary)
	}
	if most > limitOfMillion {
		t.Errorf("a million checks take %d MiB, want at most %d", most>>20, limitOfMillion>>20)
	}
	runtime.KeepAlive(reviewer)
}

func ask(tb testing.TB, m *matrix.Matrix, reviewer probe.Reviewer, findings []probe.Finding) {
	p := probe.Prober{Reviewer: reviewer}
	for f := range p.Run(tb.Context(), m) {
		findings[f.Index] = f
	}
}

// mostMemory is the high-water mark of the memory of this process, in bytes.
func mostMemory(tb testing.TB) int {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Skip("only Linux says how much memory a process took: ", err)
	}
	var kib int
	_, after, _ := bytes.Cut(status, []byte("VmHWM:"))
	if _, err := fmt.Sscan(string(after), &kib); err != nil {
		tb.Fatal(err)
	}
	return kib << 10
}

// BenchmarkScale takes each step of a run with 250, 1,000 and 4,000 tenants, and prints how its time grows: with
// an exponent of 1 it is proportional to the number of checks. Time is that of all processors, which does not depend
// on what else the machine does.
func BenchmarkScale(b *testing.B) {
	for b.Loop() {
		var order []string
		var sizes []float64
		took := map[string][]float64{} // seconds
		for _, n := range []int{250, 1000, 4000} {
			sizes = append(sizes, float64(steps(b, n, func(step string, do func()) {
				if len(took[step]) == 0 {
					order = append(order, step)
				}
				runtime.GC() // the garbage of one step is not the work of the next
				start := processorTime(b)
				do()
				took[step] = append(took[step], (processorTime(b) - start).Seconds())
			})))
		}
		fmt.Printf("%-12s %10.0f %10.0f %10.0f checks\n", "", sizes[0], sizes[1], sizes[2])
		for _, step := range order {
			t := took[step]
			fmt.Printf("%-12s %8.2f s %8.2f s %8.2f s   exponent %.2f\n", step, t[0], t[1], t[2], math.Log(t[2]/t[0])/math.Log(sizes[2]/sizes[0]))
		}
	}
}
