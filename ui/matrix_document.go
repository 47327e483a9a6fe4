// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// matrixDocument is a matrix as json prints it. Its fields are only ever added.
type matrixDocument struct {
	APIVersion string        `json:"apiVersion"`
	Kind       string        `json:"kind"`
	Source     probe.Source  `json:"source,omitempty"`
	Cluster    probe.Cluster `json:"cluster"`
	Flux       []probe.Flux  `json:"flux"`
	ProbedAs   string        `json:"probedAs"`
	Profile    string        `json:"profile"`
	Summary    struct {
		Checks  int `json:"checks"`
		Reviews int `json:"reviews"` // distinct ones, if every alternative has to be asked
	} `json:"summary"`
	NotAsked []matrix.Gap `json:"notAsked,omitempty"`
	Checks   []check      `json:"checks"`
}

// check is a finding before it was asked, with the alternatives in which the right can be held.
type check struct {
	Section  string          `json:"section"`
	Code     string          `json:"code"`
	Severity matrix.Severity `json:"severity"`
	Subject  matrix.Subject  `json:"subject"`
	Access   *matrix.Access  `json:"access,omitempty"`
	Want     matrix.Effect   `json:"want,omitempty"`
	Because  string          `json:"because"`
	Origin   matrix.Origin   `json:"origin"`
	Hint     string          `json:"hint"`
	Ways     [][]review      `json:"ways,omitempty"`    // the alternatives
	Settled  matrix.Verdict  `json:"settled,omitempty"` // the verdict of an observed check
	Observed string          `json:"observed,omitempty"`
}

type review struct {
	Subject matrix.Subject `json:"subject"`
	Access  matrix.Access  `json:"access"`
}

func writeMatrixJSON(b *bufio.Writer, r *probe.Report, _ Options) error {
	head := document(r)
	d := &matrixDocument{
		APIVersion: probe.APIVersion, Kind: MatrixKind, Source: r.Source, Cluster: head.Cluster, Flux: head.Flux,
		ProbedAs: head.ProbedAs, Profile: head.Profile, NotAsked: head.NotAsked, Checks: []check{},
	}
	d.Summary.Checks, d.Summary.Reviews = len(r.Findings), countReviews(r)
	return encodeList(b, d, func(yield func(check) bool) {
		for _, f := range r.Findings {
			if !yield(checkOf(f)) {
				return
			}
		}
	})
}

// writeMatrixYAML prints the matrix as a matrix file, for people to edit.
func writeMatrixYAML(b *bufio.Writer, r *probe.Report, _ Options) error {
	d, observed := matrixfile.FromMatrix(probe.Matrix(r.Findings))
	if observed > 0 {
		fmt.Fprintf(b, "# Not included: %s that reading the cluster decides, without an access review.\n", counted(observed, "check"))
	}
	return encodeYAML(b, &d)
}

// countReviews is how many distinct reviews the checks of r need at most.
func countReviews(r *probe.Report) (n int) {
	for range probe.Matrix(r.Findings).Reviews() {
		n++
	}
	return n
}

// hintOf is what to do if the check of f fails, which it has not done yet.
func hintOf(f probe.Finding) string {
	if f.Check == nil {
		return f.Hint
	}
	return safetext.Printable(matrix.Hint(f.Check))
}

func checkOf(f probe.Finding) check {
	c := check{
		Section: f.Section, Code: f.Code, Severity: f.Severity, Subject: f.Subject, Access: f.Access, Want: f.Want, Because: f.Because,
		Origin: f.Origin.Get(), Hint: hintOf(f), Observed: f.Observed,
	}
	switch from := f.Check.(type) {
	case *matrix.Observed:
		c.Settled = from.Verdict
	case *matrix.Asked:
		for _, alternative := range from.AnyOf {
			reviews := make([]review, len(alternative))
			for i, r := range alternative {
				reviews[i] = review{r.Subject.Get(), r.Access}
			}
			c.Ways = append(c.Ways, reviews)
		}
	}
	return c
}
