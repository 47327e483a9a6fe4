// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/probe"
)

// document is r as it is printed: with lists that are empty rather than null, and printable where the text
// is not that of a Finding.
func document(r *probe.Report) *probe.Report {
	d := *r
	d.Flux, d.NotAsked = slices.Clone(r.Flux), slices.Clone(r.NotAsked)
	for _, part := range []any{&d.Cluster, &d.Flux, &d.Made, &d.ProbedAs, &d.Profile, &d.NotAsked} {
		printable(reflect.ValueOf(part).Elem())
	}
	if d.Flux == nil {
		d.Flux = []probe.Flux{}
	}
	if d.Findings == nil {
		d.Findings = []probe.Finding{}
	}
	return &d
}

// encodeList prints a document whose last field is an empty list, with the items in that list.
func encodeList[T any](b *bufio.Writer, head any, items iter.Seq[T]) error {
	return encodeLast(b, head, "[]\n}\n", items)
}

// encodeLast prints head, which as indented JSON ends with an empty list and what closes it, with
// the items in that list. They are encoded one by one: a large document is never in memory as a
// whole.
func encodeLast[T any](b *bufio.Writer, head any, end string, items iter.Seq[T]) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(head); err != nil {
		return err
	}
	before, ok := bytes.CutSuffix(text.Bytes(), []byte(end))
	if !ok {
		return fmt.Errorf("the last field of %T is not an empty list", head)
	}
	b.Write(before)
	closing := strings.TrimPrefix(end, "[]")
	indent := closing[:strings.IndexAny(closing, "}]")] + "  " // that of the list and the line break before it
	e.SetIndent(indent[1:]+"  ", "  ")
	separator := "["
	for item := range items {
		text.Reset()
		if err := e.Encode(item); err != nil {
			return err
		}
		b.WriteString(separator + indent + "  ")
		if _, err := b.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n"))); err != nil {
			return err
		}
		separator = ","
	}
	if separator == "[" {
		_, err := b.WriteString(end)
		return err
	}
	_, err := b.WriteString(indent + "]" + closing)
	return err
}
