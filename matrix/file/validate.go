// SPDX-License-Identifier: Apache-2.0

package file

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

var (
	subjectKinds = []string{matrix.KindServiceAccount, matrix.KindUser, matrix.KindGroup}
	severities   = []string{string(matrix.Error), string(matrix.Warning), string(matrix.Info)}
	effects      = []string{string(matrix.Allow), string(matrix.Deny)}
	code         = regexp.MustCompile(`^FP\d{3}$`)
	codePattern  = regexp.MustCompile(`^[FP0-9*]+$`)
)

// mistake notes what is wrong with a field.
func (d *decoding) mistake(field, format string, args ...any) {
	d.errs = append(d.errs, d.Errorf(field, format, args...))
}

// choice wants one of known; an empty value only where it is required.
func (d *decoding) choice(field, value string, known []string, required bool) {
	switch {
	case slices.Contains(known, value), value == "" && !required:
	case value == "":
		d.mistake(field, "it is missing; want one of %s", strings.Join(known, ", "))
	default:
		d.mistake(field, "%q is none; %s", value, spelling.Want(value, known))
	}
}

func (d *decoding) needs(field, value, what string) {
	if strings.TrimSpace(value) == "" {
		d.mistake(field, "it is missing; want %s", what)
	}
}

// validate finds what is well-formed and makes no sense.
func (d *decoding) validate() {
	if d.Kind != Kind {
		d.choice("kind", d.Kind, []string{Kind}, true)
		return // all else is about another kind
	}
	d.choice("apiVersion", d.APIVersion, []string{APIVersion}, true)
	for i, e := range d.Expectations {
		d.entry(fmt.Sprintf("expectations[%d]", i), e)
	}
	for i, o := range d.Overrides {
		field := fmt.Sprintf("overrides[%d]", i)
		d.selector(field+".match", o.Match)
		d.choice(field+".severity", string(o.Severity), severities, false)
		if o.Disable == (o.Severity != "") {
			d.mistake(field, "want either a severity or disable: true")
		}
	}
	for i, w := range d.Waivers {
		field := fmt.Sprintf("waivers[%d]", i)
		d.selector(field+".match", w.Match)
		d.needs(field+".reason", w.Reason, "why the finding is accepted")
		d.needs(field+".owner", w.Owner, "who answers for it")
		if _, err := time.Parse(time.DateOnly, w.Until); w.Until != "" && err != nil {
			d.mistake(field+".until", "%q is no date; want one like 2027-01-31", w.Until)
		}
	}
}

func (d *decoding) entry(field string, e Entry) {
	if len(e.Subjects) == 0 {
		d.mistake(field+".subjects", "it is missing; want who the entry is about")
	}
	for i, s := range e.Subjects {
		d.subject(fmt.Sprintf("%s.subjects[%d]", field, i), s)
	}
	if (len(e.Access) == 0) == (len(e.Ways) == 0) {
		d.mistake(field+".access", "want either access or ways")
	}
	for i, a := range e.Access {
		d.access(fmt.Sprintf("%s.access[%d]", field, i), a)
	}
	for i, way := range e.Ways {
		if len(way) == 0 {
			d.mistake(fmt.Sprintf("%s.ways[%d]", field, i), "the way is empty; want what it takes")
		}
		for j, a := range way {
			d.access(fmt.Sprintf("%s.ways[%d][%d]", field, i, j), a)
		}
	}
	d.choice(field+".expect", string(e.Expect), effects, true)
	d.choice(field+".severity", string(e.Severity), severities, false)
	d.choice(field+".refused", string(e.Refused), []string{string(matrix.Exception)}, false)
	if e.Code != "" && !code.MatchString(e.Code) {
		d.mistake(field+".code", "%q is no code; want one like FP101", e.Code)
	}
	if e.When != nil {
		for name, text := range map[string]string{"flux": e.When.Flux, "kubernetes": e.When.Kubernetes} {
			if _, err := holds(text, ""); err != nil {
				d.mistake(field+".when."+name, "%s", err)
			}
		}
	}
}

func (d *decoding) subject(field string, s Subject) {
	d.choice(field+".kind", s.Kind, subjectKinds, true)
	if !slices.Contains(subjectKinds, s.Kind) {
		return
	}
	d.labels(field+".selector", s.Selector)
	d.labels(field+".namespaceSelector", s.NamespaceSelector)
	if s.Kind == matrix.KindServiceAccount {
		if s.Namespace == "" && s.NamespaceSelector == nil {
			d.mistake(field+".namespace", "it is missing; want a namespace, * or a namespaceSelector")
		}
		if s.Name == "" && s.Selector == nil {
			d.mistake(field+".name", "it is missing; want a name, * or a selector")
		}
		return
	}
	d.needs(field+".name", s.Name, "the name of the "+s.Kind)
	if s.Namespace != "" || s.Selector != nil || s.NamespaceSelector != nil {
		d.mistake(field, "a %s has no namespace and no labels", s.Kind)
	}
	if strings.Contains(s.Name, "*") {
		d.mistake(field+".name", "a * stands for ServiceAccounts only: the cluster does not know what %ss there are", s.Kind)
	}
}

func (d *decoding) labels(field string, s *metav1.LabelSelector) {
	if s == nil {
		return
	}
	if _, err := metav1.LabelSelectorAsSelector(s); err != nil {
		d.mistake(field, "it selects nothing: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
}

func (d *decoding) access(field string, a Access) {
	if len(a.Verbs) == 0 {
		d.mistake(field+".verbs", "it is missing; want verbs like get")
	}
	if (len(a.Resources) == 0) == (len(a.NonResourceURLs) == 0) {
		d.mistake(field+".resources", "want either resources or nonResourceURLs")
	}
	if len(a.NonResourceURLs) > 0 && (len(a.APIGroups) > 0 || len(a.Namespaces) > 0 || a.NamespaceSelector != nil || len(a.ResourceNames) > 0) {
		d.mistake(field+".nonResourceURLs", "a URL has no group, no namespace and no name")
	}
	d.labels(field+".namespaceSelector", a.NamespaceSelector)
	for list, values := range map[string][]string{
		"verbs": a.Verbs, "resources": a.Resources, "namespaces": a.Namespaces, "resourceNames": a.ResourceNames, "nonResourceURLs": a.NonResourceURLs,
	} {
		for i, value := range values {
			at := fmt.Sprintf("%s.%s[%d]", field, list, i)
			switch {
			case value == "":
				d.mistake(at, "it is empty; leave the list out to mean all")
			case list == "nonResourceURLs" && value[0] != '/' && value != "*":
				d.mistake(at, "%q is no path; want one like /healthz", value)
			case list == "resources" && strings.Contains(value, "."):
				d.mistake(at, "%q holds a group; write that under apiGroups", value)
			}
		}
	}
}

func (d *decoding) selector(field string, s Selector) {
	if len(s.Codes) == 0 && len(s.Subjects) == 0 && len(s.Access) == 0 {
		d.mistake(field, "it would match everything; want codes, subjects or access")
	}
	for i, c := range s.Codes {
		if !codePattern.MatchString(c) {
			d.mistake(fmt.Sprintf("%s.codes[%d]", field, i), "%q is no code; want one like FP102 or FP5*", c)
		}
	}
	for i, p := range s.Subjects {
		d.choice(fmt.Sprintf("%s.subjects[%d].kind", field, i), p.Kind, subjectKinds, false)
	}
}
