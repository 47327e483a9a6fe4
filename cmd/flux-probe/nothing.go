// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// existing refuses a namespace that nobody has: the server would answer about it as if it were there.
// Where Namespaces cannot be listed, nobody knows.
func existing(s *flux.Snapshot, namespace string) error {
	if namespace == "" || s.Unread["namespaces"] != "" {
		return nil
	}
	var near []string
	for _, n := range s.Namespaces {
		if n.Name == namespace {
			return nil
		}
		if spelling.Similar(n.Name, namespace) {
			near = append(near, n.Name)
		}
	}
	return usagef("there is no namespace %q%s", namespace, didYouMean(near))
}

// nothing says why a matrix has no checks, by the flags that narrowed it.
func (o *options) nothing() matrix.Gap {
	gap := matrix.Gap{Section: "all checks", What: "everything", Why: "there is no Flux controller and nothing that Flux reconciles"}
	var flags []string
	if o.namespace != "" {
		flags, gap.Why = append(flags, "-n "+o.namespace), "no Flux controller runs there, and Flux reconciles nothing there"
	}
	if len(o.only) > 0 {
		flags, gap.Why = append(flags, "--only "+strings.Join(o.only, ",")), "nothing there calls for checks of that kind"
	}
	if !o.builtin {
		flags, gap.Why = append(flags, "--builtin=false"), "the matrix files expect nothing of what is there"
	}
	if len(flags) > 0 {
		gap.What = strings.Join(flags, " ")
	}
	return gap
}
