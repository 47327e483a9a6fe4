// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Parse reads the documents of a file, which is YAML or JSON, strictly. The error joins all mistakes,
// each of them an *Error, or wraps the error of r.
func Parse(name string, r io.Reader) (Documents, error) {
	var (
		documents Documents
		errs      []error
	)
	for decoder := yaml.NewDecoder(r); ; {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(errs, syntaxError(name, err))...)
		}
		if len(node.Content) == 0 || node.Content[0].Tag == "!!null" && node.Content[0].Kind == yaml.ScalarNode {
			continue // an empty document, as after a last ---
		}
		d := &Document{Name: name, positions: map[string]Position{}}
		errs = append(errs, d.decode(node.Content[0], maxNodes)...)
		documents = append(documents, d)
	}
	if len(documents) == 0 && len(errs) == 0 {
		errs = append(errs, &Error{File: name, Problem: "the file has no document of kind " + Kind})
	}
	return documents, errors.Join(foreign(errs)...)
}

// foreign returns one error in place of errs where every document is of another kind: the file is none of
// ours.
func foreign(errs []error) []error {
	for _, err := range errs {
		if e, ok := errors.AsType[*Error](err); !ok || !e.Foreign {
			return errs
		}
	}
	if len(errs) < 2 {
		return errs
	}
	first, _ := errors.AsType[*Error](errs[0])
	first.Problem = fmt.Sprintf("all %d documents are other Kubernetes objects: those of a matrix file are of kind %s", len(errs), Kind)
	return []error{first}
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError returns an error of the YAML library as an *Error with its line, and wraps an error of
// the reader.
func syntaxError(name string, err error) error {
	m := yamlLine.FindStringSubmatch(strings.ReplaceAll(err.Error(), "\n", " "))
	if m == nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	line, _ := strconv.Atoi(m[1]) // 0 where the library names none
	return &Error{File: name, At: Position{Line: line}, Problem: "the file is not valid YAML or JSON: " + m[2]}
}
