// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"errors"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// classesOf returns the classes of matrix files, in their order. The error joins all mistakes, each of them a
// *matrixfile.Error.
func classesOf(files matrixfile.Documents) ([]facts.ClassAccess, error) {
	var known []string
	for _, info := range facts.Load().Isolation.Classes {
		known = append(known, string(info.Class))
	}
	var (
		classes []facts.ClassAccess
		errs    []error
	)
	for _, d := range files {
		for i, c := range d.Classes {
			if facts.Load().Isolation.Rank(facts.Class(c.Class)) < 0 {
				errs = append(errs, d.Errorf(fmt.Sprintf("classes[%d].class", i), "unknown class %q%s", c.Class, spelling.Hint(c.Class, known)))
				continue
			}
			groups := c.APIGroups
			if len(groups) == 0 {
				groups = []string{""}
			}
			classes = append(classes, facts.ClassAccess{
				Class: facts.Class(c.Class), Groups: groups, Resources: c.Resources, Verbs: c.Verbs, Namespaces: c.Namespaces, Names: c.ResourceNames,
			})
		}
	}
	return classes, errors.Join(errs...)
}
