// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"

	"sigs.k8s.io/yaml"
)

// yamlChunk is about how many bytes of findings are converted at once.
const yamlChunk = 1 << 20

// yamlToJSON converts a report. The library makes a tree of all that it is given, 30 times its size,
// so findings go through it in parts where they stand as writeYAML puts them: last, each behind a dash
// at the start of a line. Anything else is converted as a whole, as is what has a mistake, so that
// the error names its line.
func yamlToJSON(data []byte) ([]byte, error) {
	if text, ok := yamlInParts(data); ok {
		return text, nil
	}
	return yaml.YAMLToJSONStrict(data)
}

func yamlInParts(data []byte) ([]byte, bool) {
	const start = "\nfindings:\n"
	at := bytes.Index(data, []byte(start))
	if at < 0 || len(data) < yamlChunk {
		return nil, false
	}
	head, err := yaml.YAMLToJSONStrict(data[:at+1])
	if err != nil || len(head) < 3 || head[0] != '{' || bytes.Contains(head, []byte(`"findings":`)) {
		return nil, false
	}
	text := append(bytes.TrimSuffix(bytes.TrimSpace(head), []byte("}")), `,"findings":[`...)
	for rest, first := data[at+len(start):], true; len(rest) > 0; first = false {
		part := rest
		if len(rest) > yamlChunk {
			if end := bytes.Index(rest[yamlChunk:], []byte("\n- ")); end >= 0 {
				part = rest[:yamlChunk+end+1]
			}
		}
		rest = rest[len(part):]
		if !bytes.HasPrefix(part, []byte("- ")) {
			return nil, false
		}
		list, err := yaml.YAMLToJSONStrict(part)
		if list = bytes.TrimSpace(list); err != nil || len(list) < 2 || list[0] != '[' {
			return nil, false
		}
		if !first {
			text = append(text, ',')
		}
		text = append(text, list[1:len(list)-1]...)
	}
	return append(text, "]}"...), true
}
