// SPDX-License-Identifier: Apache-2.0

// Package fields reads the few fields that checks need of a custom resource that is not decoded into a type, so
// that unknown versions of it still work.
package fields

import (
	"fmt"
	"strings"
)

// Get returns the value at a path such as spec.sourceRef; nil when there is none.
func Get(object map[string]any, path string) any {
	var v any = object
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// Text returns the string at a path; "" when there is none.
func Text(object map[string]any, path string) string {
	s, _ := Get(object, path).(string)
	return s
}

// True reports whether the boolean at a path is true.
func True(object map[string]any, path string) bool {
	b, _ := Get(object, path).(bool)
	return b
}

// Element is an object inside another, and where it was found: spec.dependsOn[1].
type Element struct {
	Path   string
	Fields map[string]any
}

// Each returns the objects at a path, in which one list can be marked: spec.dependsOn[].
func Each(object map[string]any, path string) []Element {
	before, after, list := strings.Cut(path, "[]")
	if !list {
		if m, ok := Get(object, path).(map[string]any); ok {
			return []Element{{path, m}}
		}
		return nil
	}
	after = strings.TrimPrefix(after, ".")
	items, _ := Get(object, before).([]any)
	found := make([]Element, 0, len(items))
	for i, item := range items {
		m, ok := item.(map[string]any)
		at := fmt.Sprintf("%s[%d]", before, i)
		if ok && after != "" {
			m, ok = Get(m, after).(map[string]any)
			at += "." + after
		}
		if ok {
			found = append(found, Element{at, m})
		}
	}
	return found
}
