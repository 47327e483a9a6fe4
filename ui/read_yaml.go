// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"

	"sigs.k8s.io/yaml"
)

// yamlChunk is about how many bytes of a list are converted at once.
const yamlChunk = 1 << 20

// yamlToJSON converts a report. The library makes a tree of all that it is given, 30 times its size, so the
// lists of a report go through it in parts where they stand as writeYAML puts them: last, each item behind a
// dash at the start of a line. Anything else is converted as a whole, as is what has a mistake, so that
// the error names its line.
func yamlToJSON(data []byte) ([]byte, error) {
	if text, ok := yamlInParts(data); ok {
		return text, nil
	}
	return yaml.YAMLToJSONStrict(data)
}

func yamlInParts(data []byte) ([]byte, bool) {
	if len(data) < yamlChunk {
		return nil, false
	}
	// The lists end with the last one, so they are cut off from the end.
	var lists [len(savedLists)][]byte
	for i := len(savedLists) - 1; i >= 0; i-- {
		name := "\n" + savedLists[i] + ":\n"
		if at := bytes.LastIndex(data, []byte(name)); at >= 0 {
			data, lists[i] = data[:at+1], data[at+len(name):]
		}
	}
	head, err := yaml.YAMLToJSONStrict(data)
	if err != nil || len(head) < 3 || head[0] != '{' {
		return nil, false
	}
	text := bytes.TrimSuffix(bytes.TrimSpace(head), []byte("}"))
	for i, list := range lists {
		if list == nil {
			continue
		}
		if bytes.Contains(head, []byte(`"`+savedLists[i]+`":`)) {
			return nil, false
		}
		text = append(text, `,"`+savedLists[i]+`":[`...)
		var ok bool
		if text, ok = appendItems(text, list); !ok {
			return nil, false
		}
		text = append(text, ']')
	}
	return append(text, '}'), true
}

// appendItems appends the items of a list as JSON; false when they are not as writeYAML puts them.
func appendItems(text, list []byte) ([]byte, bool) {
	for first := true; len(list) > 0; first = false {
		part := list
		if len(list) > yamlChunk {
			if end := bytes.Index(list[yamlChunk:], []byte("\n- ")); end >= 0 {
				part = list[:yamlChunk+end+1]
			}
		}
		list = list[len(part):]
		if !bytes.HasPrefix(part, []byte("- ")) {
			return nil, false
		}
		items, err := yaml.YAMLToJSONStrict(part)
		if items = bytes.TrimSpace(items); err != nil || len(items) < 2 || items[0] != '[' {
			return nil, false
		}
		if !first {
			text = append(text, ',')
		}
		text = append(text, items[1:len(items)-1]...)
	}
	return text, true
}
