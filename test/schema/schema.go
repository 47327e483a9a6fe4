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
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
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
	r := &jsonschema.Reflector{Mapper: words, Namer: name}
	if err := r.AddGoComments("github.com/flux-probe/flux-probe", "./matrix/matrixfile"); err != nil {
		return nil, fmt.Errorf("reading the comments of package matrix/matrixfile: %w", err)
	}
	s := r.Reflect(&matrixfile.PermissionMatrix{})
	s.ID = ID
	s.Title = "A matrix file of flux-probe"
	document := s.Definitions[name(reflect.TypeFor[matrixfile.PermissionMatrix]())].Properties
	constant(document.Value("apiVersion"), matrixfile.APIVersion)
	constant(document.Value("kind"), matrixfile.Kind)
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// name returns what the definition of a type is called. Other schemas can refer to definitions, so that
// their names stay when a type is renamed.
func name(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[matrixfile.PermissionMatrix]():
		return "Document"
	case reflect.TypeFor[matrixfile.Rule]():
		return "Entry"
	}
	return t.Name()
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
