// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// Change is a check that differs between two reports.
type Change struct {
	Kind ChangeKind `json:"kind"`
	Old  *Finding   `json:"old,omitempty"` // nil when it appeared
	New  *Finding   `json:"new,omitempty"` // nil when it disappeared
}

// ChangeKind says how a check differs.
type ChangeKind string

// The kinds of change, in order of weight.
const (
	Changed     ChangeKind = "changed" // another verdict or severity
	Granted     ChangeKind = "granted" // the same verdict, by another grant
	Appeared    ChangeKind = "appeared"
	Disappeared ChangeKind = "disappeared"
)

// key is what makes two findings of two reports the same check. Versions and places in files are left
// out: they change without the check.
type key struct {
	code    string
	subject matrix.Subject
	access  matrix.Attributes
	want    matrix.Effect
	origin  matrix.Origin
}

func keyOf(code string, subject matrix.Subject, access *matrix.Attributes, want matrix.Effect, origin matrix.Origin) key {
	k := key{code: code, subject: subject, want: want, origin: origin.Placeless()}
	k.origin.Release = ""
	if origin.Kind == "PermissionMatrix" {
		k.origin = matrix.Origin{Kind: origin.Kind}
	}
	if access != nil {
		k.access, k.origin.Field = *access, ""
	}
	return k
}

func (f Finding) key() key { return keyOf(f.Code, f.Subject, f.Access, f.Want, f.Origin) }

// verdict is what the finding is, accepted or not.
func (f Finding) verdict() matrix.Verdict {
	if f.Verdict == matrix.Waived && f.Waiver.Was != "" {
		return f.Waiver.Was
	}
	return f.Verdict
}

// byKey arranges findings; checks that are the same keep their order.
func byKey(findings []Finding) map[key][]*Finding {
	all := make(map[key][]*Finding, len(findings))
	for i := range findings {
		k := findings[i].key()
		all[k] = append(all[k], &findings[i])
	}
	return all
}

// Diff compares two reports: what changed and appeared in the order of now, then what disappeared in
// that of old. The reason of a refusal says nothing about a grant and is not compared.
func Diff(old, now *Report) []Change {
	before := byKey(old.Findings)
	var changes []Change
	for i := range now.Findings {
		f := &now.Findings[i]
		k := f.key()
		same := before[k]
		if len(same) == 0 {
			changes = append(changes, Change{Kind: Appeared, New: f})
			continue
		}
		before[k] = same[1:]
		if kind := compare(same[0], f); kind != "" {
			changes = append(changes, Change{Kind: kind, Old: same[0], New: f})
		}
	}
	for i := range old.Findings {
		f := &old.Findings[i]
		if left := before[f.key()]; len(left) > 0 && left[0] == f {
			before[f.key()] = left[1:]
			changes = append(changes, Change{Kind: Disappeared, Old: f})
		}
	}
	return changes
}

func compare(old, now *Finding) ChangeKind {
	switch {
	case old.Verdict != now.Verdict, old.verdict() != now.verdict(), old.Severity != now.Severity:
		return Changed
	case old.granted() && now.granted() && (old.Reason != now.Reason || old.Via != now.Via):
		return Granted
	}
	return ""
}

// granted says whether the right is there.
func (f Finding) granted() bool {
	return f.Want == matrix.Allow && f.Verdict == matrix.Pass || f.Want == matrix.Deny && f.verdict() == matrix.Excess
}

// Fixed are the findings of old that failed and are as expected, or no longer asked, in now.
func Fixed(old, now *Report) []Finding {
	var fixed []Finding
	for _, c := range Diff(old, now) {
		if c.Old != nil && failed(c.Old.verdict()) && (c.New == nil || !failed(c.New.verdict())) {
			fixed = append(fixed, *c.Old)
		}
	}
	return fixed
}

func failed(v matrix.Verdict) bool { return Finding{Verdict: v}.Failed() }

// weight orders severities.
func weight(s matrix.Severity) int {
	return slices.Index([]matrix.Severity{matrix.Info, matrix.Warning, matrix.Error}, s)
}

// Accept gives each check of m that failed in base the waiver reason, for the same verdict and at most
// the same severity: what is new or worse fails.
func Accept(m *matrix.Matrix, base *Report, reason string) {
	known := byKey(base.Findings)
	for i := range m.Expectations {
		e := &m.Expectations[i]
		judged := clean(Finding{Subject: e.Subject, Origin: e.Origin})
		if access, ok := e.Access(); ok {
			judged = clean(Finding{Subject: e.Subject, Origin: e.Origin, Access: &access.Attributes})
		}
		k := keyOf(e.Code, judged.Subject, judged.Access, e.Want, judged.Origin)
		same := known[k]
		if len(same) == 0 {
			continue
		}
		known[k] = same[1:]
		f := same[0]
		if e.Waiver == (matrix.Waiver{}) && failed(f.verdict()) && weight(e.Severity) <= weight(f.Severity) {
			e.Waiver = matrix.Waiver{Reason: reason, Was: f.verdict()}
		}
	}
}
