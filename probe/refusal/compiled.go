// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"regexp"
	"sync"
)

// compiled returns what compiles an expression when it is first used. Most runs of the program read no text, and
// all of them would otherwise compile all expressions when they start.
func compiled(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
