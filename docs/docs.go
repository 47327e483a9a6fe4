// SPDX-License-Identifier: Apache-2.0

// Package docs holds the documentation that the program shows: what each check means, from the same
// file that people read.
package docs

import (
	_ "embed"
	"strings"
)

//go:embed checks.md
var checks string

// Check is the section of docs/checks.md about a code, without its heading; "" when there is none.
func Check(code string) string {
	_, rest, found := strings.Cut(checks, "\n## "+code+"\n")
	if !found {
		return ""
	}
	section, _, _ := strings.Cut(rest, "\n## ")
	return strings.TrimSpace(section)
}

// Codes are the codes that docs/checks.md has a section for, in its order.
func Codes() []string {
	var codes []string
	for line := range strings.Lines(checks) {
		if code, ok := strings.CutPrefix(strings.TrimSpace(line), "## FP"); ok {
			codes = append(codes, "FP"+code)
		}
	}
	return codes
}
