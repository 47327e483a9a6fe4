// SPDX-License-Identifier: Apache-2.0

package fluxtest

import (
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Failures returns the findings whose codes begin with one of codes and that are not passed, one line each: code,
// verdict, severity, account, and the access or the field.
func Failures(findings []probe.Finding, codes ...string) []string {
	var lines []string
	for _, f := range findings {
		if f.Verdict == matrix.Pass || !slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(f.Code, c) }) {
			continue
		}
		line := f.Code + " " + string(f.Verdict) + " " + string(f.Severity) + " " + f.Subject.String()
		if f.Access != nil {
			line += " " + f.Access.Verb + " " + f.Access.GroupResource() + " in " + f.Access.Namespace
		} else {
			line += " " + f.Origin.Get().String() + " " + f.Origin.Get().Field
		}
		lines = append(lines, line)
	}
	return lines
}
