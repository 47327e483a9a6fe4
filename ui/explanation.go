// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"io"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// ExplanationKind identifies the document of flux-probe explain. Its fields are only ever added.
const ExplanationKind = "Explanation"

// Explained says why an account may do something or may not, or what stands in an object's way.
type Explained struct {
	APIVersion     string        `json:"apiVersion"`
	Kind           string        `json:"kind"`
	Source         probe.Source  `json:"source,omitempty"`
	About          string        `json:"about"`                    // what was asked for, in words
	Chain          []string      `json:"chain,omitempty"`          // who reconciles what as whom
	Checks         int           `json:"checks"`                   // of the matrix, about this
	AsExpected     int           `json:"asExpected"`               // of them
	ForInformation int           `json:"forInformation,omitempty"` // of them: not as expected, and nothing to do about it
	Grant          string        `json:"grant,omitempty"`          // YAML of the smallest roles that would allow what is missing
	Explanations   []Explanation `json:"explanations"`
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
