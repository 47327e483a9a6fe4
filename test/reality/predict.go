// SPDX-License-Identifier: Apache-2.0

package reality

import (
	"fmt"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe"
	probecluster "github.com/flux-probe/flux-probe/probe/cluster"
	"github.com/flux-probe/flux-probe/test/cluster"
)

// predict probes the namespace of s and returns why its second revision will be refused; nothing when
// it will be applied.
func (s *scenario) predict(t *testing.T, c *cluster.Cluster) []string {
	t.Helper()
	connection, err := probecluster.Open(c.Config, "test")
	if err != nil {
		t.Fatal(err)
	}
	read, err := connection.Snapshot(t.Context(), probecluster.SnapshotOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m := flux.Derive(model.New(read, model.Options{Namespace: s.namespace}), flux.Options{}).Only(func(section string) bool {
		return section == "impersonation" || section == "tenants" || section == "references"
	})
	verdicts := map[matrix.Access]matrix.Verdict{} // of FP401, by the access that names the object
	var refusals []string
	impersonates := false
	prober := probe.Prober{Reviewer: &probecluster.Retry{Reviewer: connection.Reviewer()}}
	for f := range prober.Run(t.Context(), m) {
		switch asked, _ := f.Check.(*matrix.Asked); {
		case f.Verdict == matrix.Undetermined:
			t.Fatalf("%s %s: %s", f.Code, f.Subject, f.Reason)
		case f.Code == "FP301":
			impersonates = true
			if f.Verdict != matrix.Pass {
				refusals = append(refusals, "FP301 "+f.Because)
			}
		case f.Code == "FP602":
			refusals = append(refusals, "FP602 "+f.Observed)
		case f.Code == "FP401":
			named := asked.AnyOf[len(asked.AnyOf)-1][0]
			verdicts[named.Access] = f.Verdict
		}
	}
	if !impersonates {
		t.Fatalf("%s: the impersonation of its account was not checked", s.namespace)
	}
	for _, access := range s.needs() {
		switch verdicts[access] {
		case matrix.Pass:
		case matrix.Missing:
			refusals = append(refusals, "FP401 "+access.String())
		default:
			t.Fatalf("%s: no check asks for %s", s.namespace, fmt.Sprint(access))
		}
	}
	return refusals
}
