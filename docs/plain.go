// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"regexp"
	"strings"
)

var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// PlainText is a section of docs/checks.md for readers without Markdown: without the marks of emphasis,
// code and links.
func PlainText(section string) string {
	return strings.NewReplacer("**", "", "`", "").Replace(link.ReplaceAllString(section, "$1"))
}
