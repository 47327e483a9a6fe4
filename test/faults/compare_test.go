// SPDX-License-Identifier: Apache-2.0

package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/flux-probe/flux-probe/matrix"
	fluxprobe "github.com/flux-probe/flux-probe/probe"
)

// difference is what a report has of the truth, and what not.
type difference struct {
	wrong    []string // verdicts that are false, and findings that are made up
	lost     int      // findings of the truth that are undetermined
	gone     int      // findings of the truth that are not there
	extra    int      // undetermined findings that the truth does not have
	notAsked int      // entries of notAsked that the truth does not have
	reason   string   // of one that is undetermined
}

// noticed reports whether the report itself admits that something is missing.
func (d difference) noticed() bool { return d.lost+d.extra+d.notAsked > 0 }

// key is what two findings about the same thing have in common.
func key(f fluxprobe.Finding) string {
	access := ""
	if f.Access != nil {
		access = fmt.Sprintf("%+v", *f.Access)
	} else if f.Verdict != matrix.Undetermined {
		access = f.Observed
	}
	return fmt.Sprintf("%s %s %s %s %s %s", f.Section, f.Code, f.Severity, f.Subject, f.Want, access)
}

// compare compares every finding of a report, and what it did not ask, with the truth. What is asked in the place of what
// could not be read is not in the truth; verify asks the API server about it.
func compare(report, truth *fluxprobe.Report, verify func(fluxprobe.Finding) bool) difference {
	var d difference
	open := map[string][]fluxprobe.Finding{}
	for _, f := range truth.Findings {
		open[key(f)] = append(open[key(f)], f)
	}
	for _, f := range report.Findings {
		k := key(f)
		candidates := open[k]
		i := slices.IndexFunc(candidates, func(c fluxprobe.Finding) bool { return c.Verdict == f.Verdict })
		definite := f.Verdict != matrix.Undetermined
		switch {
		case i >= 0:
			open[k] = slices.Delete(candidates, i, i+1)
		case len(candidates) == 0 && definite && verify(f):
		case len(candidates) == 0 && definite:
			d.wrong = append(d.wrong, fmt.Sprintf("made up: %s: %s: %s%s", k, f.Verdict, f.Reason, f.Observed))
		case len(candidates) == 0:
			d.extra++
			d.reason = f.Reason
		case definite:
			d.wrong = append(d.wrong, fmt.Sprintf("%s: %s, in truth %s: %s%s", k, f.Verdict, candidates[0].Verdict, f.Reason, f.Observed))
			open[k] = candidates[1:]
		default:
			d.lost++
			d.reason = f.Reason
			open[k] = candidates[1:]
		}
	}
	for _, left := range open {
		d.gone += len(left)
	}
	known := map[matrix.Gap]int{}
	for _, gap := range truth.NotAsked {
		known[gap]++
	}
	for _, gap := range report.NotAsked {
		if known[gap]--; known[gap] < 0 {
			d.notAsked++
		}
	}
	return d
}

// verify reports whether the API server itself answers as a finding has it.
func (s *server) verify(ctx context.Context) func(fluxprobe.Finding) bool {
	return func(f fluxprobe.Finding) bool {
		if f.Access == nil {
			return false
		}
		review := &authorizationv1.SubjectAccessReview{Spec: fluxprobe.Spec(matrix.Review{Subject: matrix.Share(f.Subject), Access: *f.Access})}
		if err := s.Client.Create(ctx, review); err != nil {
			return false
		}
		switch want := f.Want; {
		case review.Status.Allowed == (want == matrix.Allow):
			return f.Verdict == matrix.Pass
		case want == matrix.Allow:
			return f.Verdict == matrix.Missing || f.Verdict == matrix.Exception
		default:
			return f.Verdict == matrix.Excess
		}
	}
}

// failed reports whether a report has a definite failure, which is what exit status 1 means.
func failed(report *fluxprobe.Report) bool {
	return slices.ContainsFunc(report.Findings, func(f fluxprobe.Finding) bool {
		return f.Severity == matrix.Error && (f.Verdict == matrix.Missing || f.Verdict == matrix.Excess)
	})
}

// unclean lists what the outputs of a run must not hold: the token, and what a terminal obeys.
func unclean(o *outcome) (problems []string) {
	if strings.Contains(o.stdout, token) || strings.Contains(o.stderr, token) {
		problems = append(problems, "the token is in the output")
	}
	if text := strings.ReplaceAll(o.stderr, "\n", ""); strings.ContainsFunc(text, obeyed) {
		problems = append(problems, fmt.Sprintf("control characters on stderr: %.200q", text))
	}
	var document any
	if json.Unmarshal([]byte(o.stdout), &document) != nil { // no JSON: a table, or nothing
		if text := strings.ReplaceAll(o.stdout, "\n", ""); strings.ContainsFunc(text, obeyed) {
			problems = append(problems, fmt.Sprintf("control characters on stdout: %.200q", text))
		}
		return problems
	}
	if text, found := control(document); found {
		problems = append(problems, fmt.Sprintf("control characters in the report: %.200q", text))
	}
	return problems
}

// obeyed reports whether a terminal may obey a character: controls, and those that change the direction.
func obeyed(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// control returns the first string of a document with a control character.
func control(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, strings.ContainsFunc(value, obeyed)
	case []any:
		for _, item := range value {
			if text, found := control(item); found {
				return text, true
			}
		}
	case map[string]any:
		for name, field := range value {
			if patch, ok := field.(string); ok && name == "patch" {
				field = strings.ReplaceAll(patch, "\n", "") // it is text of many lines
			}
			if text, found := control(field); found {
				return text, true
			}
			if strings.ContainsFunc(name, obeyed) {
				return name, true
			}
		}
	}
	return "", false
}
