// SPDX-License-Identifier: Apache-2.0

package flux_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/flux/internal/fluxtest"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

// A matrix that is printed for people to edit asks the same when it is read back.
func TestPrintedMatrixAsksTheSame(t *testing.T) {
	l := fluxtest.Tenants(t, 3)
	built := flux.Derive(l.Model(), flux.Options{Exact: true, Exhaustive: true})
	document, observed := matrixfile.FromMatrix(built)
	text, err := yaml.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	documents, err := matrixfile.Parse("rules.yaml", strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := matrixfile.Expand(documents, &l.Snapshot, matrixfile.Options{FluxVersions: []string{"v2.9.5"}, SectionOf: flux.SectionOf})
	if err != nil {
		t.Fatal(err)
	}
	var want []matrix.Check
	for _, c := range built.Checks {
		if _, asked := c.(*matrix.Asked); asked {
			want = append(want, c)
		}
	}
	if len(want)+observed != len(built.Checks) || observed == 0 || len(want) < 100 {
		t.Errorf("%d asked and %d observed of %d checks", len(want), observed, len(built.Checks))
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(matrix.CheckMeta{}, "Origin", "Latent")); diff != "" {
		t.Errorf("(-built +read back):\n%s", diff)
	}
}
