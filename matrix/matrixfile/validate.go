// SPDX-License-Identifier: Apache-2.0

package matrixfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
	"github.com/flux-probe/flux-probe/matrix/version"
)

var (
	subjectKinds = []string{matrix.KindServiceAccount, matrix.KindUser, matrix.KindGroup}
	severities   = []string{string(matrix.Error), string(matrix.Warning), string(matrix.Info)}
	effects      = []string{string(matrix.Allow), string(matrix.Deny)}
	code         = regexp.MustCompile(`^FP\d{3}$`)
	problemID    = regexp.MustCompile(`^[0-9a-f]{12}(-\d+)?$`)
	codePattern  = regexp.MustCompile(`^[FP0-9*]+$`)
)

// mistake records what is wrong with a field.
func (d *decoding) mistake(field, format string, args ...any) {
	d.errs = append(d.errs, d.Errorf(field, format, args...))
}

// choice reports a value that is not one of known, and an empty one if the field is required. The value
// is called noun.
func (d *decoding) choice(field, noun, value string, known []string, required bool) {
	switch {
	case slices.Contains(known, value), value == "" && !required:
	case value == "":
		d.mistake(field, "required field is missing: expected %s", strings.Join(known, " or "))
	default:
		d.mistake(field, "unknown %s %q%s", noun, value, spelling.Hint(value, known))
	}
}

func (d *decoding) require(field, value, what string) {
	if strings.TrimSpace(value) == "" {
		d.missing(field, what)
	}
}

func (d *decoding) missing(field, what string) {
	d.mistake(field, "required field is missing: expected %s", what)
}

// validate reports what is well-formed and cannot be right.
func (d *decoding) validate() {
	d.choice("apiVersion", "apiVersion", d.APIVersion, []string{APIVersion}, true)
	for i, r := range d.Expectations {
		d.rule(fmt.Sprintf("expectations[%d]", i), r)
	}
	for i, o := range d.Overrides {
		field := fmt.Sprintf("overrides[%d]", i)
		d.selector(field+".match", o.Match)
		d.choice(field+".severity", "severity", string(o.Severity), severities, false)
		if o.Disable == (o.Severity != "") {
			d.mistake(field, "expected either severity or disable: true")
		}
	}
	for i, w := range d.Waivers {
		field := fmt.Sprintf("waivers[%d]", i)
		if w.Problem == "" || !w.Match.IsZero() {
			d.selector(field+".match", w.Match)
		}
		if w.Problem != "" && !problemID.MatchString(w.Problem) {
			d.mistake(field+".problem", "%q is not the id of a problem: write it as in a report, d59a2200d521", w.Problem)
		}
		d.require(field+".reason", w.Reason, "why the failure is accepted")
		d.require(field+".owner", w.Owner, "who answers for the waiver")
		d.date(field+".until", w.Until)
	}
	for i, n := range d.NotAsked {
		field := fmt.Sprintf("notAsked[%d]", i)
		if len(n.Resources) == 0 {
			d.missing(field+".resources", "the resources that need not be readable")
		}
		d.require(field+".reason", n.Reason, "why the gap is accepted")
		d.require(field+".owner", n.Owner, "who answers for it")
		d.date(field+".until", n.Until)
	}
	for i, c := range d.Classes {
		d.class(fmt.Sprintf("classes[%d]", i), c)
	}
}

// date accepts no date, and dates like 2027-01-31.
func (d *decoding) date(field, value string) {
	if _, err := time.Parse(time.DateOnly, value); value != "" && err != nil {
		d.mistake(field, "%q is not a date: write it as 2027-01-31", value)
	}
}

func (d *decoding) rule(field string, r Rule) {
	if len(r.Subjects) == 0 {
		d.missing(field+".subjects", "the subjects that the rule is about")
	}
	for i, s := range r.Subjects {
		d.subject(fmt.Sprintf("%s.subjects[%d]", field, i), s)
	}
	if (len(r.Access) == 0) == (len(r.AnyOf) == 0) {
		d.mistake(field+".access", "expected either access or ways")
	}
	for i, a := range r.Access {
		d.access(fmt.Sprintf("%s.access[%d]", field, i), a)
	}
	for i, alternative := range r.AnyOf {
		if len(alternative) == 0 {
			d.mistake(fmt.Sprintf("%s.ways[%d]", field, i), "the list is empty: expected what is needed together")
		}
		for j, a := range alternative {
			d.access(fmt.Sprintf("%s.ways[%d][%d]", field, i, j), a)
		}
	}
	d.choice(field+".expect", "effect", string(r.Expect), effects, true)
	d.choice(field+".severity", "severity", string(r.Severity), severities, false)
	d.choice(field+".refused", "verdict", string(r.IfDenied), []string{string(matrix.Exception)}, false)
	if r.Code != "" && !code.MatchString(r.Code) {
		d.mistake(field+".code", "%q is not a code: write it as FP101", r.Code)
	}
	if r.When != nil {
		for name, text := range map[string]string{"flux": r.When.Flux, "kubernetes": r.When.Kubernetes} {
			if _, err := version.ParseCondition(text); err != nil {
				d.mistake(field+".when."+name, "%s", err)
			}
		}
	}
}

func (d *decoding) subject(field string, s Subject) {
	d.choice(field+".kind", "kind", s.Kind, subjectKinds, true)
	if !slices.Contains(subjectKinds, s.Kind) {
		return
	}
	d.labels(field+".selector", s.Selector)
	d.labels(field+".namespaceSelector", s.NamespaceSelector)
	if s.Kind == matrix.KindServiceAccount {
		if s.Namespace == "" && s.NamespaceSelector == nil {
			d.missing(field+".namespace", "a namespace, * or a namespaceSelector")
		}
		if s.Name == "" && s.Selector == nil {
			d.missing(field+".name", "a name, * or a selector")
		}
		return
	}
	d.require(field+".name", s.Name, "the name of the "+s.Kind)
	if s.Namespace != "" || s.Selector != nil || s.NamespaceSelector != nil {
		d.mistake(field, "a %s has no namespace and no labels", s.Kind)
	}
	if strings.Contains(s.Name, "*") {
		d.mistake(field+".name", "only the names of ServiceAccounts can have a *: the cluster has no list of %ss", s.Kind)
	}
}

func (d *decoding) labels(field string, s *metav1.LabelSelector) {
	if s == nil {
		return
	}
	if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
		d.mistake(field, "the label selector is not valid: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

func (d *decoding) access(field string, a Access) {
	if len(a.Verbs) == 0 {
		d.missing(field+".verbs", "verbs such as get")
	}
	if (len(a.Resources) == 0) == (len(a.NonResourceURLs) == 0) {
		d.mistake(field+".resources", "expected either resources or nonResourceURLs")
	}
	if len(a.NonResourceURLs) > 0 && (len(a.APIGroups) > 0 || len(a.Namespaces) > 0 || a.NamespaceSelector != nil || len(a.ResourceNames) > 0) {
		d.mistake(field+".nonResourceURLs", "a URL has no API group, no namespace and no name")
	}
	d.labels(field+".namespaceSelector", a.NamespaceSelector)
	for list, values := range map[string][]string{
		"verbs": a.Verbs, "resources": a.Resources, "namespaces": a.Namespaces, "resourceNames": a.ResourceNames, "nonResourceURLs": a.NonResourceURLs,
	} {
		for i, value := range values {
			at := fmt.Sprintf("%s.%s[%d]", field, list, i)
			switch {
			case value == "":
				d.mistake(at, "the value is empty: leave out the list to mean all")
			case list == "nonResourceURLs" && value[0] != '/' && value != "*":
				d.mistake(at, "%q is not a path: write it as /healthz", value)
			case list == "resources" && strings.Contains(value, "."):
				d.mistake(at, "%q includes an API group: write the group under apiGroups", value)
			}
		}
	}
}

func (d *decoding) selector(field string, s Selector) {
	if len(s.Codes) == 0 && len(s.Subjects) == 0 && len(s.Access) == 0 {
		d.mistake(field, "the selector matches everything: expected codes, subjects or access")
	}
	for i, c := range s.Codes {
		if !codePattern.MatchString(c) {
			d.mistake(fmt.Sprintf("%s.codes[%d]", field, i), "%q is not a code: write it as FP102 or FP5*", c)
		}
	}
	for i, p := range s.Subjects {
		d.choice(fmt.Sprintf("%s.subjects[%d].kind", field, i), "kind", p.Kind, subjectKinds, false)
	}
}
