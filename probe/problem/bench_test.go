// SPDX-License-Identifier: Apache-2.0

package problem_test

import (
	"fmt"
	"testing"

	"github.com/flux-probe/flux-probe/probe/problem"
)

// BenchmarkFind explains the failures among 100,000 findings about 2,500 tenants: as many problems as tenants
// with a fault.
func BenchmarkFind(b *testing.B) {
	for _, faults := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("faults=%d", faults), func(b *testing.B) {
			f := newFleet()
			f.role("reader", "get pods")
			for i := range 2500 {
				namespace := fmt.Sprintf("team-%04d", i)
				account := namespace + "/reconciler"
				f.ServiceAccounts = append(f.ServiceAccounts, newFleet(account).ServiceAccounts...)
				subject := account
				if i < faults {
					subject = namespace + "/reconcilier"
				}
				f.role(namespace+"/deployer", "get,list,create,update,patch,delete configmaps,secrets,services").bind(namespace+"/deployer", ".deployer", subject)
				f.bind("reader-"+namespace, "reader", account)
				f.wants(account, namespace, "get,create,patch,delete configmaps", "get,create,patch,delete secrets", "get,create,patch,delete services")
				for k := range 7 {
					f.forbids(account, fmt.Sprintf("team-%04d", (i+k+1)%2500), "get,create,patch,delete secrets")
				}
			}
			findings := f.findings(b)
			f.RBAC()
			b.ResetTimer()
			for b.Loop() {
				if n := len(problem.Find(problem.Input{Snapshot: &f.Snapshot, Findings: findings})); n != faults {
					b.Fatalf("%d problems, want %d", n, faults)
				}
			}
			b.ReportMetric(float64(len(findings)), "findings")
		})
	}
}
