// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix/matrixfile"
)

const root = "../.."

func TestSchemaIsCurrent(t *testing.T) {
	got, err := Of(root)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(root, "docs/matrix-file.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/matrix-file.schema.json is not what the types say: run make docs")
	}
}

// What the schema accepts and what the parser accepts is the same, for the examples and for slips.
func TestExamples(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	s, err := compiler.Compile(filepath.Join(root, "docs/matrix-file.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root, "docs/examples/*.yaml"))
	if err != nil || len(examples) < 3 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := matrixfile.Parse(path, bytes.NewReader(text)); err != nil {
			t.Error(err)
		}
		if err := s.Validate(decoded(t, text)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, slip := range [][2]string{{"kind: PermissionMatrix", "kind: Pod"}, {"apiVersion:", "extra: 1\napiVersion:"}} {
			wrong := []byte(strings.Replace(string(text), slip[0], slip[1], 1))
			if _, err := matrixfile.Parse(path, bytes.NewReader(wrong)); err == nil || s.Validate(decoded(t, wrong)) == nil {
				t.Errorf("%s: %s is accepted", path, slip[1])
			}
		}
	}
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	text, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
