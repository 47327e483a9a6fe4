// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/flux-probe/flux-probe/probe"
)

// savedLists are the lists of a saved report, which come last in it. They are printed item by item: a large
// document is never in memory as a whole.
var savedLists = [...]string{"subjects", "accesses", "origins", "texts", "findings"}

// itemsOf yields the items of the lists of a saved report, in the order of savedLists.
func itemsOf(s *probe.Saved, r *probe.Report) [len(savedLists)]iter.Seq[any] {
	return [...]iter.Seq[any]{
		anyOf(slices.Values(s.Subjects)), anyOf(slices.Values(s.Accesses)), anyOf(slices.Values(s.Origins)), anyOf(slices.Values(s.Texts)),
		anyOf(s.All(r)),
	}
}

func anyOf[T any](items iter.Seq[T]) iter.Seq[any] {
	return func(yield func(any) bool) {
		for item := range items {
			if !yield(item) {
				return
			}
		}
	}
}

// headOf is a saved report with its lists empty.
func headOf(s *probe.Saved) probe.Saved {
	head := *s
	head.Subjects, head.Accesses, head.Origins = []probe.SavedSubject{}, []probe.SavedAccess{}, []probe.SavedOrigin{}
	head.Texts, head.Findings = []string{}, []probe.SavedFinding{}
	return head
}

// writeJSON prints the report as it is saved: indented, with a line for each item of the lists.
func writeJSON(b *bufio.Writer, r *probe.Report, _ Options) error {
	d := document(r)
	s := probe.Save(d)
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(headOf(s)); err != nil {
		return err
	}
	before, _, ok := bytes.Cut(text.Bytes(), []byte("\n  \""+savedLists[0]+`": []`))
	if !ok {
		return errors.New("the lists of a report are not where they are expected")
	}
	b.Write(before)
	e.SetIndent("", "")
	for i, items := range itemsOf(s, d) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n  \"" + savedLists[i] + `": [`)
		closing := "]"
		for item := range items {
			text.Reset()
			if err := e.Encode(item); err != nil {
				return err
			}
			if closing != "]" {
				b.WriteByte(',')
			}
			b.WriteString("\n    ")
			b.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
			closing = "\n  ]"
		}
		b.WriteString(closing)
	}
	_, err := b.WriteString("\n}\n")
	return err
}

// writeYAML prints the report as it is saved.
func writeYAML(b *bufio.Writer, r *probe.Report, _ Options) error {
	d := document(r)
	s := probe.Save(d)
	var head bytes.Buffer
	if err := flush(&head, func(b *bufio.Writer) error { return encodeYAML(b, headOf(s)) }); err != nil {
		return err
	}
	before, _, ok := bytes.Cut(head.Bytes(), []byte("\n"+savedLists[0]+": []\n"))
	if !ok {
		return errors.New("the lists of a report are not where they are expected")
	}
	b.Write(before)
	b.WriteByte('\n')
	var list [1]any
	for i, items := range itemsOf(s, d) {
		b.WriteString(savedLists[i] + ":")
		opening := "\n"
		for list[0] = range items {
			b.WriteString(opening)
			opening = ""
			if err := encodeYAML(b, list[:]); err != nil {
				return err
			}
		}
		if opening != "" {
			b.WriteString(" []\n")
		}
	}
	return nil
}
