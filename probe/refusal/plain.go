// SPDX-License-Identifier: Apache-2.0

package refusal

import (
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/safetext"
)

var (
	unicodeEscape = compiled(`\\+u00([0-9a-fA-F]{2})`)
	spaceEscape   = compiled(`\\+[nrt]`)
	quoteEscape   = compiled(`\\+(["'/])`)
	// Colours and cursor movements, and the links and titles of terminals (ECMA-48, 5.4 and 5.6).
	terminal = compiled("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)")
	// What mail, Markdown and boxes put before each line.
	quotation = compiled(`(?m)^[ \t]*(?:[>|│┃][ \t]?)+`)
)

// entities are how chats and pages write what means something to them, and what they make of quotes.
var entities = strings.NewReplacer(
	"&quot;", `"`, "&#34;", `"`, "&#39;", "'", "&apos;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "\u00a0", " ",
)

// Plain is a text as it was written, on one line: without colours, the escapes of JSON and of the JSON inside of it,
// and what a chat or a mail added.
func Plain(text string) string { return safetext.Printable(written(text)) }

// written is the same, still with its lines.
func written(text string) string {
	text = unicodeEscape().ReplaceAllStringFunc(text, func(escape string) string {
		code, err := strconv.ParseUint(escape[len(escape)-2:], 16, 8)
		if err != nil {
			return escape
		}
		return string(rune(code))
	})
	text = terminal().ReplaceAllString(text, "")
	text = spaceEscape().ReplaceAllString(text, "\n")
	text = quoteEscape().ReplaceAllString(text, "$1")
	return quotation().ReplaceAllString(entities.Replace(text), "")
}
