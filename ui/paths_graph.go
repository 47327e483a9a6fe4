// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/paths"
)

func writePathsMarkdown(b *bufio.Writer, r *paths.Report, _ Options) error {
	fmt.Fprintf(b, "# Paths: %s\n", r.Result)
	for _, path := range r.Paths {
		fmt.Fprintf(b, "\n## %s to %s\n\n", code(path.From.String()), code(goalTitle(path.Goal, path.Reaches)))
		for i, h := range path.Hops {
			fmt.Fprintf(b, "%d. %s can %s (%s), because %s", i+1, code(h.As.String()), code(h.Access.String()), confirmation(h.Confirmed), code(h.GrantedBy))
			for _, read := range h.Read {
				fmt.Fprintf(b, "; as read: %s", code(read))
			}
			if h.Becomes != "" {
				fmt.Fprintf(b, "; leads to %s", code(h.Becomes))
			}
			b.WriteByte('\n')
		}
	}
	for _, c := range r.Cuts {
		fmt.Fprintf(b, "\n## To cut every path to %s\n\nRemove (%s):\n\n", code(c.Goal), cutSize(c))
		for _, grant := range c.Remove {
			fmt.Fprintf(b, "- %s\n", code(grant))
		}
		for _, account := range c.Uncut {
			fmt.Fprintf(b, "- nothing cuts the path of %s: Flux or the cluster needs what it rests on\n", code(account))
		}
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(b, "\nNot known: %s\n", code(u))
	}
	return nil
}

// writePathsDot draws the paths as a graph for Graphviz, each hop once.
func writePathsDot(b *bufio.Writer, r *paths.Report, _ Options) error {
	b.WriteString("digraph paths {\n  rankdir=LR;\n")
	drawn := map[string]bool{}
	for _, path := range r.Paths {
		for i, h := range path.Hops {
			to := h.Becomes
			if i == len(path.Hops)-1 {
				to = goalTitle(path.Goal, path.Reaches)
			} else if to == "" {
				to = h.As.String() + " " + h.Access.String() // the first of two that are needed together
			}
			from := h.As.String()
			if i > 0 && path.Hops[i-1].Becomes == "" {
				from += " " + path.Hops[i-1].Access.String()
			}
			edge := fmt.Sprintf("  %s -> %s [label=%s];\n", dotText(from), dotText(strings.TrimPrefix(to, "ServiceAccount ")), dotText(h.Access.String()))
			if !drawn[edge] {
				drawn[edge] = true
				b.WriteString(edge)
			}
		}
	}
	b.WriteString("}\n")
	return nil
}

// dotText quotes a text for Graphviz.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(safetext.Printable(s)) + `"`
}
