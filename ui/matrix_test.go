// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// planned is a report before anything was asked.
func planned() *probe.Report {
	source := matrix.ServiceAccount("flux-system", "source-controller")
	m := &matrix.Matrix{}
	add := func(code string, want matrix.Effect, a matrix.Access, verbs ...string) {
		for _, verb := range verbs {
			a.Verb = verb
			m.Checks = append(m.Checks, &matrix.Asked{
				CheckMeta: matrix.CheckMeta{Section: "controllers", Code: code, Subject: matrix.Share(source), Severity: matrix.Error, Because: "the release says so", Origin: matrix.Share(crdController)},
				Want:      want, AnyOf: matrix.One(source, a),
			})
		}
	}
	add("FP101", matrix.Allow, leases, "get", "list")
	add("FP102", matrix.Deny, matrix.Access{Group: "*", Resource: "*"}, "*")
	add("FP102", matrix.Deny, secrets, "get")
	add("FP101", matrix.Allow, secrets, "get")
	m.Checks = append(m.Checks, &matrix.Observed{
		CheckMeta: matrix.CheckMeta{Section: "lockdown", Code: "FP801", Severity: matrix.Warning, Because: "tenants"},
		Verdict:   matrix.Missing, Evidence: "runs without --no-cross-namespace-refs",
	})
	r := head()
	r.NotAsked = []matrix.Gap{{Section: "controllers", What: "image-reflector-controller", Why: "not installed"}}
	r.Findings = probe.Pending(m)
	return r
}

func TestEveryMatrixFormatHasGoldens(t *testing.T) {
	for _, format := range MatrixFormats() {
		t.Run(format, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteMatrix(&b, format, planned(), Options{}); err != nil {
				t.Fatal(err)
			}
			golden(t, "plan."+format, b.Bytes())
			b.Reset()
			if err := WriteMatrix(&b, format, head(), Options{}); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"table": "\n0 checks, 0 distinct reviews to ask\n", "json": `"checks": []`, "yaml": "kind: PermissionMatrix\n"}
			want["wide"] = want["table"]
			if !strings.Contains(b.String(), want[format]) {
				t.Errorf("without checks %q is missing:\n%s", want[format], b.String())
			}
		})
	}
}

func TestMatrixErrors(t *testing.T) {
	broken := errors.New("broken pipe")
	if err := WriteMatrix(brokenWriter{broken}, "table", planned(), Options{}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the writer's error", err)
	}
	if _, ok := errors.AsType[*UnknownFormatError](WriteMatrix(&bytes.Buffer{}, "junit", planned(), Options{})); !ok {
		t.Error("junit is no format of a matrix")
	}
}
