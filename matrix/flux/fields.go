// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"strings"
)

// field walks a decoded JSON object; it is nil where the path ends early.
func field(fields map[string]any, path string) any {
	var v any = fields
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// text is the string at path, "" when there is none.
func text(fields map[string]any, path string) string {
	s, _ := field(fields, path).(string)
	return s
}

// truth is the boolean at path, false when there is none.
func truth(fields map[string]any, path string) bool {
	b, _ := field(fields, path).(bool)
	return b
}

// located is an object inside another, and where it was found: spec.dependsOn[1].
type located struct {
	path   string
	fields map[string]any
}

// each finds the objects at path, in which one list may be marked: spec.dependsOn[].
func each(fields map[string]any, path string) []located {
	before, after, list := strings.Cut(path, "[]")
	if !list {
		if m, ok := field(fields, path).(map[string]any); ok {
			return []located{{path, m}}
		}
		return nil
	}
	items, _ := field(fields, before).([]any)
	found := make([]located, 0, len(items))
	for i, item := range items {
		m, ok := item.(map[string]any)
		if !ok {
			continue
		}
		at := fmt.Sprintf("%s[%d]", before, i)
		if after = strings.TrimPrefix(after, "."); after != "" {
			if m, ok = field(m, after).(map[string]any); !ok {
				continue
			}
			at += "." + after
		}
		found = append(found, located{at, m})
	}
	return found
}
