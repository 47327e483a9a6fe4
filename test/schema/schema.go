// SPDX-License-Identifier: Apache-2.0

// Package schema makes the JSON Schema of matrix files from the types that read them.
package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
)

// ID is where the schema is found.
const ID = "https://github.com/flux-probe/flux-probe/raw/main/docs/matrix-file.schema.json"

// Of is the schema, indented; root is the folder of the main module, whose comments describe the
// fields.
func Of(root string) ([]byte, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := os.Chdir(root); err != nil { // the reflector wants a relative path
		return nil, err
	}
	defer func() { _ = os.Chdir(here) }()
	r := &jsonschema.Reflector{Mapper: words}
	if err := r.AddGoComments("github.com/flux-probe/flux-probe", "./matrix/file"); err != nil {
		return nil, fmt.Errorf("reading the comments of package matrix/file: %w", err)
	}
	s := r.Reflect(&file.Document{})
	s.ID = ID
	s.Title = "A matrix file of flux-probe"
	document := s.Definitions["Document"].Properties
	constant(document.Value("apiVersion"), file.APIVersion)
	constant(document.Value("kind"), file.Kind)
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

func constant(s *jsonschema.Schema, value string) { s.Const = value }

// words are the types that are one of a few words.
func words(t reflect.Type) *jsonschema.Schema {
	var all []any
	switch t {
	case reflect.TypeFor[matrix.Effect]():
		all = []any{matrix.Allow, matrix.Deny}
	case reflect.TypeFor[matrix.Severity]():
		all = []any{matrix.Error, matrix.Warning, matrix.Info}
	case reflect.TypeFor[matrix.Verdict]():
		all = []any{matrix.Exception}
	default:
		return nil
	}
	return &jsonschema.Schema{Type: "string", Enum: all}
}
