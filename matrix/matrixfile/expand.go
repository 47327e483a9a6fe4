// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// Options are what an expansion depends on besides the cluster. The zero value expands every rule.
type Options struct {
	// FluxVersions are the versions of the Flux installations, for the conditions of rules. Without any,
	// every condition on Flux holds.
	FluxVersions []string

	// Namespace limits the checks to accounts of this namespace and accesses to it. Empty means all.
	Namespace string

	// SectionOf returns the section that the checks of a code are shown in. They are shown in Section
	// when it returns "" or is nil.
	SectionOf func(code string) string
}

// Expand returns the checks that the rules of documents come to on a cluster, in their order, and what
// was skipped. The error joins all mistakes that only the cluster reveals, each of them an *Error: a verb,
// resource or API group that it does not serve. The checks lack what the mistakes concern, so nothing
// should be asked then.
func Expand(documents Documents, s *snapshot.Snapshot, o Options) ([]matrix.Check, []matrix.Gap, error) {
	x := &expansion{snapshot: s, options: o, groups: map[string]bool{}}
	for _, r := range s.Resources {
		x.groups[r.Group] = true
	}
	for _, d := range documents {
		for i, r := range d.Expectations {
			(&ruleExpansion{expansion: x, document: d, rule: r, field: fmt.Sprintf("expectations[%d]", i)}).expand()
		}
	}
	return x.checks, x.skipped, errors.Join(x.errs...)
}

// expansion collects what the rules of all documents come to.
type expansion struct {
	snapshot *snapshot.Snapshot
	options  Options
	groups   map[string]bool // the API groups that the cluster serves

	checks  []matrix.Check
	skipped []matrix.Gap
	errs    []error
}

// ruleExpansion expands one rule.
type ruleExpansion struct {
	*expansion
	document *Document
	rule     Rule
	field    string // expectations[0]
}

func (x *ruleExpansion) expand() {
	if !x.rule.When.Holds(x.snapshot.Kubernetes, x.options.FluxVersions) {
		x.skip(x.field, "the rule is only for "+x.rule.When.String())
		return
	}
	subjects := x.subjects()
	var accesses []ruleAccess
	for i, a := range x.rule.Access {
		accesses = append(accesses, x.access(fmt.Sprintf("%s.access[%d]", x.field, i), a)...)
	}
	alternatives := x.alternatives()
	for _, s := range subjects {
		for _, a := range accesses {
			x.check(a.field, s, matrix.One(s, a.Access), a.discoveryErr)
		}
		if len(alternatives) > 0 {
			reviews, discoveryErr := reviewsOf(s, alternatives)
			x.check(x.field, s, reviews, discoveryErr)
		}
	}
}

// alternatives expands the alternatives of the rule. One that needs something that is skipped is no
// alternative.
func (x *ruleExpansion) alternatives() (alternatives [][]ruleAccess) {
	for i, list := range x.rule.AnyOf {
		var alternative []ruleAccess
		complete := len(list) > 0
		for j, a := range list {
			found := x.access(fmt.Sprintf("%s.ways[%d][%d]", x.field, i, j), a)
			complete = complete && len(found) > 0
			alternative = append(alternative, found...)
		}
		if complete {
			alternatives = append(alternatives, alternative)
		}
	}
	return alternatives
}

// reviewsOf returns the reviews of the alternatives for a subject, and the first discovery error.
func reviewsOf(s matrix.Subject, alternatives [][]ruleAccess) (reviews [][]matrix.Review, discoveryErr string) {
	for _, alternative := range alternatives {
		list := make([]matrix.Review, len(alternative))
		for i, a := range alternative {
			list[i], discoveryErr = matrix.Review{Subject: matrix.Share(s), Access: a.Access}, cmp.Or(discoveryErr, a.discoveryErr)
		}
		reviews = append(reviews, list)
	}
	return reviews, discoveryErr
}

// check adds a check. It is undetermined when discovery of what it is about failed.
func (x *ruleExpansion) check(field string, s matrix.Subject, anyOf [][]matrix.Review, discoveryErr string) {
	place := anyOf[0][0].Access
	if n := x.options.Namespace; n != "" && n != s.Namespace && n != place.Namespace {
		return
	}
	meta := x.meta(field)
	meta.Subject = matrix.Share(s)
	if discoveryErr != "" {
		x.checks = append(x.checks, &matrix.Observed{CheckMeta: meta, Verdict: matrix.Undetermined, Evidence: discoveryErr, Place: &place})
		return
	}
	x.checks = append(x.checks, &matrix.Asked{CheckMeta: meta, Want: x.rule.Expect, AnyOf: anyOf, IfDenied: x.rule.IfDenied, AllAccess: x.rule.AllAccess})
}

// undetermined adds a check for a part of the rule that could not be expanded.
func (x *ruleExpansion) undetermined(field, why string) {
	x.checks = append(x.checks, &matrix.Observed{CheckMeta: x.meta(field), Verdict: matrix.Undetermined, Evidence: why})
}

func (x *ruleExpansion) skip(field, why string) {
	x.skipped = append(x.skipped, matrix.Gap{Section: Section, What: x.document.Origin(field).String(), Why: why})
}

func (x *ruleExpansion) mistake(field, format string, args ...any) {
	x.errs = append(x.errs, x.document.Errorf(field, format, args...))
}

func (x *ruleExpansion) meta(field string) matrix.CheckMeta {
	code, section := cmp.Or(x.rule.Code, Code), ""
	if x.options.SectionOf != nil {
		section = x.options.SectionOf(code)
	}
	return matrix.CheckMeta{
		Section: cmp.Or(section, Section), Code: code, Severity: cmp.Or(x.rule.Severity, matrix.Error),
		Because: cmp.Or(x.rule.Because, "a matrix file expects it"), Origin: matrix.Share(x.document.Origin(field)), Hint: x.rule.Hint,
	}
}
