// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bufio"
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/file"
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
		Reviews int `json:"reviews"` // distinct ones, if every way has to be asked
	} `json:"summary"`
	NotAsked []matrix.Gap `json:"notAsked,omitempty"`
	Checks   []check      `json:"checks"`
}

// check is an expectation, with the field names that a finding has.
type check struct {
	Section  string             `json:"section"`
	Code     string             `json:"code"`
	Severity matrix.Severity    `json:"severity"`
	Subject  matrix.Subject     `json:"subject"`
	Access   *matrix.Attributes `json:"access,omitempty"`
	Want     matrix.Effect      `json:"want,omitempty"`
	Because  string             `json:"because"`
	Origin   matrix.Origin      `json:"origin"`
	Hint     string             `json:"hint"`
	Ways     [][]review         `json:"ways,omitempty"`
	Settled  matrix.Verdict     `json:"settled,omitempty"`
	Observed string             `json:"observed,omitempty"`
}

type review struct {
	Subject matrix.Subject    `json:"subject"`
	Access  matrix.Attributes `json:"access"`
}

func writeMatrixJSON(b *bufio.Writer, m *matrix.Matrix, r *probe.Report, _ Options) error {
	d := documentOf(m, r)
	checks := d.Checks
	d.Checks = []check{}
	return encodeList(b, d, slices.Values(checks))
}

// writeMatrixYAML prints the matrix as a matrix file, for people to edit.
func writeMatrixYAML(b *bufio.Writer, m *matrix.Matrix, _ *probe.Report, _ Options) error {
	d, settled := file.Of(m)
	if settled > 0 {
		fmt.Fprintf(b, "# Not here: %s settled by reading the cluster, which asks for no right.\n", counted(settled, "check"))
	}
	return encodeYAML(b, &d)
}

func documentOf(m *matrix.Matrix, r *probe.Report) *matrixDocument {
	head := document(r)
	d := &matrixDocument{
		APIVersion: probe.APIVersion, Kind: MatrixKind, Source: r.Source, Cluster: head.Cluster, Flux: head.Flux,
		ProbedAs: head.ProbedAs, Profile: head.Profile, NotAsked: m.NotAsked, Checks: make([]check, len(m.Expectations)),
	}
	d.Summary.Checks, d.Summary.Reviews = len(m.Expectations), len(m.Reviews())
	for i, e := range m.Expectations {
		d.Checks[i] = checkOf(e)
	}
	return d
}

func checkOf(e matrix.Expectation) check {
	c := check{
		Section: e.Section, Code: e.Code, Severity: e.Severity, Subject: e.Subject, Want: e.Want, Because: e.Because,
		Origin: e.Origin, Hint: e.Hint, Settled: e.Settled, Observed: e.Observed,
	}
	if access, ok := e.Access(); ok {
		c.Access = &access.Attributes
	}
	if e.Settled != "" {
		return c // its way is a place in the matrix and never asked
	}
	for _, way := range e.Ways {
		reviews := make([]review, len(way))
		for i, r := range way {
			reviews[i] = review{r.Subject, r.Attributes}
		}
		c.Ways = append(c.Ways, reviews)
	}
	return c
}
