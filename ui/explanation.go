// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// ExplanationKind identifies the document of flux-probe explain. Its fields are only ever added.
const ExplanationKind = "Explanation"

// Explained says why an account may do something or may not, or what stands in an object's way.
type Explained struct {
	APIVersion   string        `json:"apiVersion"`
	Kind         string        `json:"kind"`
	Source       probe.Source  `json:"source,omitempty"`
	About        string        `json:"about"`           // what was asked for, in words
	Chain        []string      `json:"chain,omitempty"` // who reconciles what as whom
	Checks       int           `json:"checks"`          // of the matrix, about this
	AsExpected   int           `json:"asExpected"`      // of them
	Explanations []Explanation `json:"explanations"`
}

// Explanation is one access.
type Explanation struct {
	Subject    matrix.Subject    `json:"subject"`
	Access     matrix.Attributes `json:"access"`
	Verdict    Answered          `json:"verdict"`
	Reason     string            `json:"reason"`           // the server's words, or the error that came instead
	Unread     string            `json:"unread,omitempty"` // what of RBAC could not be read, and why
	Second     string            `json:"secondOpinion,omitempty"`
	Grants     []string          `json:"grants,omitempty"`
	NearMisses []string          `json:"nearMisses,omitempty"` // best first
	Checks     []Depending       `json:"checks,omitempty"`
	Next       []string          `json:"next,omitempty"`
	Grant      string            `json:"grant,omitempty"` // YAML of the smallest role that would allow it
}

// Answered is what the server said.
type Answered string

// What a server can say.
const (
	Allowed     Answered = "allowed"
	NotAllowed  Answered = "not allowed"
	NotAnswered Answered = "undetermined"
)

// Depending is a check of the matrix that asks the access.
type Depending struct {
	Code     string          `json:"code"`
	Want     matrix.Effect   `json:"want"`
	Severity matrix.Severity `json:"severity"`
	Because  string          `json:"because"`
	Origin   matrix.Origin   `json:"origin"`
}

// ExplanationFormats are the formats that WriteExplanation knows, the default first.
func ExplanationFormats() []string { return []string{"table", "json", "yaml"} }

// WriteExplanation prints e on w. Its errors are those of Write.
func WriteExplanation(w io.Writer, name string, e *Explained, o Options) error {
	e.APIVersion, e.Kind = probe.APIVersion, ExplanationKind
	return flush(w, func(b *bufio.Writer) error {
		switch name {
		case "table":
			_, err := b.Write(explanationText(e, o))
			return err
		case "json":
			explanations := e.Explanations
			head := *e
			head.Explanations = []Explanation{}
			return encodeList(b, head, func(yield func(Explanation) bool) {
				for _, x := range explanations {
					if !yield(x) {
						return
					}
				}
			})
		case "yaml":
			return encodeYAML(b, e)
		default:
			return &UnknownFormatError{Format: name, Known: ExplanationFormats()}
		}
	})
}

func explanationText(e *Explained, o Options) []byte {
	var b bytes.Buffer
	p := newPen(o)
	p.answerer = answerer(e.Source)
	line := func(head, text string) {
		fmt.Fprintln(&b, p.wrap(fmt.Sprintf("%-9s%s", head, probe.Printable(text)), 11))
	}
	fmt.Fprintln(&b, p.wrap(p.paint(probe.Printable(e.About), bold), 2))
	if worth := withoutCluster(e.Source); worth != "" {
		fmt.Fprintln(&b, p.wrap(p.paint(worth, yellow), 2))
	}
	for i, c := range e.Chain {
		line(first(i, "chain"), c)
	}
	line("checks", fmt.Sprintf("%s of the matrix, %s as expected", count(e.Checks), count(e.AsExpected)))
	for i := range e.Explanations {
		p.explanation(&b, &e.Explanations[i], line)
	}
	return b.Bytes()
}

func (p pen) explanation(b *bytes.Buffer, x *Explanation, line func(head, text string)) {
	row := rowOf(x.Access)
	fmt.Fprintf(b, "\n%s\n", p.wrap(p.mark(x.mark(), matrix.Error)+" "+string(x.Verdict)+": "+subjectOf(x.Subject)+" "+sentence(row, []string{x.Access.Verb}), 2))
	line(p.answerer, orNone(x.Reason))
	if x.Second != "" {
		line("but", x.Second)
	}
	for i, g := range x.Grants {
		line(first(i, "granted"), g)
	}
	for i, n := range x.NearMisses {
		line(first(i, "nearly"), n)
	}
	if x.Unread != "" {
		line("unread", "grants and near misses are not all known: "+x.Unread)
	}
	for i, c := range x.Checks {
		line(first(i, "check"), fmt.Sprintf("%s %s wants %s: %s", c.Code, c.Severity, c.Want, c.Because))
	}
	for i, n := range x.Next {
		line(first(i, "next"), n)
	}
	for text := range strings.Lines(x.Grant) {
		b.WriteString("         " + strings.TrimRight(text, "\n") + "\n")
	}
}

// mark is that of the verdict which a check would have, by the first that depends on the access; an
// allowance and a refusal that no check is about are marked as what they are.
func (x *Explanation) mark() matrix.Verdict {
	wanted := matrix.Allow
	if len(x.Checks) > 0 {
		wanted = x.Checks[0].Want
	}
	switch {
	case x.Verdict == NotAnswered:
		return matrix.Undetermined
	case wanted == matrix.Allow && x.Verdict == NotAllowed:
		return matrix.Missing
	case wanted == matrix.Deny && x.Verdict == Allowed:
		return matrix.Excess
	default:
		return matrix.Pass
	}
}

// first is the word before the first of several lines.
func first(i int, word string) string {
	if i > 0 {
		return ""
	}
	return word
}
