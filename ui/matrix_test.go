// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

func planOf() *matrix.Matrix {
	source := matrix.ServiceAccount("flux-system", "source-controller")
	m := &matrix.Matrix{NotAsked: []matrix.Gap{{Section: "controllers", What: "image-reflector-controller", Why: "not installed"}}}
	add := func(code string, want matrix.Effect, a matrix.Attributes, verbs ...string) {
		for _, verb := range verbs {
			a.Verb = verb
			m.Expectations = append(m.Expectations, matrix.Expectation{Section: "controllers", Code: code, Subject: source,
				Ways: matrix.One(source, a), Want: want, Severity: matrix.Error, Because: "the release says so", Origin: crdController})
		}
	}
	add("FP101", matrix.Allow, leases, "get", "list", "watch", "create")
	add("FP102", matrix.Deny, matrix.Attributes{Group: "*", Resource: "*"}, "*")
	add("FP102", matrix.Deny, secrets, "create", "get")
	add("FP101", matrix.Allow, secrets, "get")
	m.Expectations = append(m.Expectations, matrix.Expectation{Section: "lockdown", Code: "FP801", Severity: matrix.Warning,
		Settled: matrix.Missing, Observed: "runs without --no-cross-namespace-refs", Because: "tenants"})
	return m
}

func TestEveryMatrixFormatHasGoldens(t *testing.T) {
	for name, m := range map[string]*matrix.Matrix{"plan": planOf(), "empty-plan": {}} {
		for _, format := range MatrixFormats() {
			t.Run(name+"."+format, func(t *testing.T) {
				var b bytes.Buffer
				if err := WriteMatrix(&b, format, m, head(), Options{}); err != nil {
					t.Fatal(err)
				}
				golden(t, name+"."+format, b.Bytes())
			})
		}
	}
}

func TestMatrixErrors(t *testing.T) {
	broken := errors.New("broken pipe")
	if err := WriteMatrix(brokenWriter{broken}, "table", planOf(), &probe.Report{}, Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
	if _, ok := errors.AsType[*UnknownFormatError](WriteMatrix(&bytes.Buffer{}, "junit", planOf(), &probe.Report{}, Options{})); !ok {
		t.Error("junit is no format of a matrix")
	}
}
