// SPDX-License-Identifier: Apache-2.0

package matrix_test

import (
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
)

// A check is asked in one alternative or in several. Equal reviews are the same question.
func Example() {
	dev := matrix.ServiceAccount("apps", "dev-team")
	patch := matrix.Access{Verb: "patch", Group: "apps", Resource: "deployments", Namespace: "apps"}
	m := &matrix.Matrix{Checks: []matrix.Check{
		&matrix.Asked{
			CheckMeta: matrix.CheckMeta{Section: "tenants", Code: "FP401", Subject: matrix.Share(dev), Severity: matrix.Error},
			Want:      matrix.Allow,
			AnyOf:     matrix.One(dev, patch),
		},
		&matrix.Asked{
			CheckMeta: matrix.CheckMeta{Section: "custom", Code: "FP901", Subject: matrix.Share(dev), Severity: matrix.Warning},
			Want:      matrix.Allow,
			AnyOf:     matrix.One(dev, patch),
		},
	}}
	for r := range m.Reviews() {
		fmt.Printf("can %s %s?\n", r.Subject.Get(), r.Access)
	}
	// Output: can apps/dev-team patch deployments.apps in apps?
}
