// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"fmt"
	"io"

	"github.com/flux-probe/flux-probe/probe"
)

// fixedShown is how many fixed findings are named, so that a large repair does not hide the result.
const fixedShown = 20

// WriteFixed names on w the findings of a baseline that no longer fail; nothing when there are none. Its
// errors are those of w.
func WriteFixed(w io.Writer, baseline string, fixed []probe.Finding, o Options) error {
	if len(fixed) == 0 {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "fixed since %s: %d\n", baseline, len(fixed))
	for _, f := range fixed[:min(len(fixed), fixedShown)] {
		what := f.Origin.Get().String()
		if f.Access != nil {
			what = f.Access.String()
		}
		fmt.Fprintf(&b, "  %s %s %s\n", f.Code, f.Subject, what)
	}
	if more := len(fixed) - fixedShown; more > 0 {
		fmt.Fprintf(&b, "  and %d more; %s shows them all\n", more, CalledAs(o.Program, programName+" diff"))
	}
	_, err := w.Write(b.Bytes())
	return err
}
