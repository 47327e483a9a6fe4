// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// writeYAML prints the document itself. It is written as it is walked: a library that makes one
// tree of the document first needs minutes for a large one.
func writeYAML(b *bufio.Writer, r *probe.Report, _ Options) error { return encodeYAML(b, document(r)) }

// encodeYAML prints a document of structs, slices and scalars in block style, with the names and
// the order of fields that encoding/json gives it.
func encodeYAML(b *bufio.Writer, document any) error {
	return yamlFields(b, reflect.ValueOf(document).Elem(), 0, false)
}

// yamlFields prints the fields of a struct, each on a line; inline, the first follows a dash.
func yamlFields(b *bufio.Writer, v reflect.Value, indent int, inline bool) error {
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		field := v.Field(i)
		if name == "-" || options != "" && (field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0) {
			continue
		}
		if !inline {
			yamlIndent(b, indent)
		}
		inline = false
		b.WriteString(name)
		b.WriteByte(':')
		if err := yamlValue(b, field, indent); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// yamlValue prints what follows the colon of a field, to the end of the line or beyond.
func yamlValue(b *bufio.Writer, v reflect.Value, indent int) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			_, err := b.WriteString(" null\n")
			return err
		}
		return yamlValue(b, v.Elem(), indent)
	case reflect.Struct:
		b.WriteByte('\n')
		return yamlFields(b, v, indent+2, false)
	case reflect.Slice:
		return yamlList(b, v, indent)
	case reflect.String:
		b.WriteByte(' ')
		if err := yamlString(b, v.String()); err != nil {
			return err
		}
	case reflect.Bool:
		b.WriteString(" " + strconv.FormatBool(v.Bool()))
	case reflect.Int:
		b.WriteString(" " + strconv.FormatInt(v.Int(), 10))
	default:
		return fmt.Errorf("no YAML is known for a %s", v.Kind())
	}
	return b.WriteByte('\n')
}

// yamlList prints a list whose dashes stand under the name of its field.
func yamlList(b *bufio.Writer, v reflect.Value, indent int) error {
	if v.Len() == 0 {
		_, err := b.WriteString(" []\n")
		return err
	}
	b.WriteByte('\n')
	for i := range v.Len() {
		yamlIndent(b, indent)
		b.WriteByte('-')
		switch item := v.Index(i); item.Kind() {
		case reflect.Struct:
			b.WriteByte(' ')
			if err := yamlFields(b, item, indent+2, true); err != nil {
				return err
			}
		default:
			if err := yamlValue(b, item, indent+2); err != nil {
				return err
			}
		}
	}
	return nil
}

func yamlIndent(b *bufio.Writer, n int) {
	for range n {
		b.WriteByte(' ')
	}
}

// yamlString prints s plain where no reader of YAML 1.1 or 1.2 can take it for anything else, and
// quoted as JSON otherwise, which is YAML as well.
func yamlString(b *bufio.Writer, s string) error {
	if yamlPlain(s) {
		_, err := b.WriteString(s)
		return err
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		return err
	}
	for _, r := range string(quoted) {
		if yamlPrintable(r) {
			_, err = b.WriteRune(r)
		} else {
			_, err = fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	return err
}

// yamlPrintable says whether YAML 1.2 (section 5.1) lets r stand for itself; all that it does not are
// below U+10000.
func yamlPrintable(r rune) bool {
	return r >= ' ' && r <= '~' || r == '\u0085' || r >= '\u00a0' && r != '\ufeff' && r != '\ufffe' && r != '\uffff'
}

// yamlPlain says whether s needs no quotes: words of ASCII that begin with a letter, hold nothing
// that YAML reads as structure, and are no word for a truth value, null or a number.
func yamlPlain(s string) bool {
	if s == "" || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return false
	}
	if first := s[0] | 0x20; first < 'a' || first > 'z' {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_./,()*", c) >= 0:
		case c == ' ' && s[i+1] != '#', c == ':' && s[i+1] != ' ':
		default:
			return false
		}
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return true
}
