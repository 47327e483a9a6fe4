// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// registry is the formats of one kind of document, the default first. A new format is a file with its
// function and a line in a registry.
type registry[T any] []format[T]

// format is one value of -o.
type format[T any] struct {
	name  string
	write func(*bufio.Writer, T, Options) error
}

func (r registry[T]) names() []string {
	names := make([]string, len(r))
	for i, f := range r {
		names[i] = f.name
	}
	return names
}

// write prints document on w in the named format.
func (r registry[T]) write(w io.Writer, name string, document T, o Options) error {
	for _, f := range r {
		if f.name == name {
			return flush(w, func(b *bufio.Writer) error { return f.write(b, document, o) })
		}
	}
	return &UnknownFormatError{Format: name, Known: r.names()}
}

// UnknownFormatError is a format that does not exist: a mistake in the call, not in the document.
type UnknownFormatError struct {
	Format string
	Known  []string
}

// Error names the known formats.
func (e *UnknownFormatError) Error() string {
	return fmt.Sprintf("unknown output format %q: use one of %s", e.Format, strings.Join(e.Known, ", "))
}

// flush gives write a buffer before w, which keeps the first error of w.
func flush(w io.Writer, write func(*bufio.Writer) error) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := write(b); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}
