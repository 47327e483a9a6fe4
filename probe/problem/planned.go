// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// step returns where the change would fail that a finding is about; zero for what is there already.
func step(f *probe.Finding) matrix.Step {
	if f.Check == nil {
		return 0
	}
	return f.Check.Meta().Step
}

// planned is the title of a problem of a change that is not applied yet; "" for any other. The first step that fails
// decides, because Flux does not go on after it.
func (w *finder) planned(c *candidate) string {
	var first matrix.Step
	var objects []string
	seen := map[matrix.Origin]bool{}
	says := c.says
	for _, i := range c.explained {
		f := &w.findings[i]
		if at := step(f); at != 0 && f.Verdict != matrix.Undetermined && (first == 0 || at < first) {
			first = at
		}
	}
	for _, i := range c.explained {
		f := &w.findings[i]
		if o := f.Origin.Get(); step(f) == first && first != 0 && !seen[object(o)] {
			seen[object(o)] = true
			objects = append(objects, placed(o))
			says = strings.TrimPrefix(says, object(o).String()+": ")
		}
	}
	if first == 0 {
		return ""
	}
	return sentence(fmt.Sprintf("%s: %s: %s", first, several(objects, "objects"), says))
}

// placed names an object, and where it was read.
func placed(o matrix.Origin) string {
	if o.File == "" {
		return object(o).String()
	}
	return fmt.Sprintf("%s (%s:%d)", object(o), o.File, o.Line)
}

// without begins the effect of what fails at a step.
func without(s matrix.Step) string {
	switch s {
	case matrix.Deleting:
		return "cannot delete what is dropped, without"
	case matrix.Waiting:
		return "cannot be waited for, without"
	default:
		return "cannot be applied, without"
	}
}
