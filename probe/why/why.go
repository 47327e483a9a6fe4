// SPDX-License-Identifier: Apache-2.0

// Package why says whether permissions are the reason of what somebody saw: a text in which something was refused, or
// Flux objects that are not ready.
//
//	probe/refusal (what a text says) ─┐
//	probe.Finding, probe.Problem ─────┼─▶ Report ──▶ ui
//	probe/explain ────────────────────┘
//
// Package probe/scan fills a Report. The package knows neither Flux nor a terminal nor client-go.
package why

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/refusal"
)

// Kind identifies the document of flux-probe why. Its fields are only ever added.
const Kind = "Why"

// Report says of each refusal and object whether permissions are the cause.
type Report struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Source     probe.Source    `json:"source,omitempty"`
	Cluster    probe.Cluster   `json:"cluster"`
	Text       bool            `json:"text"`  // the entries are what a text names; else the objects that are not ready
	Ready      int             `json:"ready"` // objects that are ready, where no text was given
	Result     probe.Result    `json:"result"`
	Entries    []Entry         `json:"entries"`
	NotAsked   []matrix.Gap    `json:"notAsked,omitempty"` // what could not be read, so that more may be wrong than is listed
	Problems   []probe.Problem `json:"problems,omitempty"`
	Findings   []probe.Finding `json:"findings"` // those of Problems
}

// Entry is one refusal, or one object.
type Entry struct {
	Object      *matrix.Origin  `json:"object,omitempty"`  // that is not ready, or that the text names
	Subject     *matrix.Subject `json:"subject,omitempty"` // that was refused something
	Accesses    []matrix.Access `json:"accesses,omitempty"`
	Guards      []refusal.Guard `json:"guards,omitempty"` // that refused what permissions allow
	Says        string          `json:"says,omitempty"`   // the object, shortened
	Permissions Answer          `json:"permissions"`      // whether they are why
	Because     string          `json:"because"`          // why that is the answer, one sentence
	Chain       []string        `json:"chain,omitempty"`
	Problem     string          `json:"problem,omitempty"` // the id of what explains it, one of Problems
	Next        string          `json:"next,omitempty"`    // a command that tells more

	Explanation *explain.Report `json:"explanation,omitempty"`
}

// Answer is whether permissions are the cause.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Finish sets the result: permissions are the cause, or that is not known, or they are not.
func (r *Report) Finish() {
	r.APIVersion, r.Kind = probe.APIVersion, Kind
	answers := func(a Answer) bool {
		return slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Permissions == a })
	}
	switch {
	case answers(Yes):
		r.Result = probe.ResultFail
	case answers(Unknown), len(r.NotAsked) > 0:
		r.Result = probe.ResultUndetermined
	default:
		r.Result = probe.ResultPass
	}
}

// Keep keeps of a whole report the problems that entries name, with their findings.
func (r *Report) Keep(whole *probe.Report) {
	for _, p := range whole.Problems {
		if !slices.ContainsFunc(r.Entries, func(e Entry) bool { return e.Problem == p.ID }) {
			continue
		}
		checks := make([]int, len(p.Checks))
		for i, place := range p.Checks {
			checks[i] = len(r.Findings)
			r.Findings = append(r.Findings, whole.Findings[place])
		}
		p.Checks = checks
		r.Problems = append(r.Problems, p)
	}
}

// ProblemOf returns the problem that explains an entry; nil when none does.
func (r *Report) ProblemOf(e Entry) *probe.Problem {
	at := slices.IndexFunc(r.Problems, func(p probe.Problem) bool { return p.ID == e.Problem })
	if e.Problem == "" || at < 0 {
		return nil
	}
	return &r.Problems[at]
}

// Whole is the report of the problems, for what prints problems.
func (r *Report) Whole() *probe.Report {
	return &probe.Report{Source: r.Source, Problems: r.Problems, Findings: r.Findings}
}
