// SPDX-License-Identifier: Apache-2.0

package refusal

import "strings"

// opening matches how a line begins that does not go on with the message of the line before: an object that Flux
// applies, an error of kubectl, an entry of a log or of a list, a row of a table, or the next field of YAML.
var opening = compiled(`^\s*(?:[*-] )?(?:` +
	`[A-Z][A-Za-z0-9]*/\S+ (?:dry-run failed|apply failed|delete failed|not found: |namespace not specified: )` +
	`|(?:Error|error)(?: from server|: )` +
	`|[IWEF]\d{4} \d|\S*\d{4}-\d\d-\d\dT\d\d:\d\d|\{"` +
	`|(?:[Mm]essage|[Rr]eason|[Ss]tatus|[Tt]ype|observedGeneration|Observed Generation|lastTransitionTime|Last Transition Time): ` +
	`)|^\s+\* |^\S+ *(?:\t| {2,})\S`)

// quoted matches the beginning of a message in YAML in single quotes, in which each single quote is two.
var quoted = compiled(`^\s*(?:- )?message: '`)

// messages are the parts of a text that can each be the message of one refusal, which goes over one line or more.
func messages(text string) []string {
	var all []string
	var lines []string
	end := func() {
		if one := strings.Join(lines, "\n"); one != "" {
			if begin := quoted().FindString(one); begin != "" {
				one = strings.TrimSuffix(strings.ReplaceAll(strings.TrimPrefix(one, begin), "''", "'"), "'")
			}
			all = append(all, one)
		}
		lines = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if opening().MatchString(line) {
			end()
		}
		lines = append(lines, line)
	}
	end()
	return all
}

// endOf is where a message ends inside of JSON: at the quotation mark of a value that the message did not begin,
// before the next field or the end of the object. Without one it ends with the text.
func endOf(message string) int {
	depth := 0
	for i, r := range message {
		switch r {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			if depth <= 0 && closing().MatchString(message[i:]) {
				return i
			}
		}
	}
	return len(message)
}

// closing matches the end of a JSON string that is a value.
var closing = compiled(`^" ?(?:, ?"[A-Za-z0-9_.-]+" ?:|\})`)
