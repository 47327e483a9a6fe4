// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"strings"
	"sync"
)

// compiled returns what compiles an expression when it is first used. Most runs of the program read no text, and
// all of them would otherwise compile all expressions when they start.
func compiled(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// wrapped is compiled, where each space of the expression can be a line break and more.
func wrapped(expression string) func() *regexp.Regexp {
	return compiled(strings.NewReplacer(" ?", `\s*`, " ", `\s+`).Replace(expression))
}
