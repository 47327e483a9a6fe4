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

// verdict is what the finding is, accepted or not.
func (f Finding) verdict() matrix.Verdict {
	if f.Accepted() && f.Waiver.Get().Was != "" {
		return f.Waiver.Get().Was
	}
	return f.Verdict
}

// byKey arranges findings; checks that are the same keep their order.
func byKey(findings []Finding) map[Key][]*Finding {
	all := make(map[Key][]*Finding, len(findings))
	for i := range findings {
		k := findings[i].Key()
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
		k := f.Key()
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
		if left := before[f.Key()]; len(left) > 0 && left[0] == f {
			before[f.Key()] = left[1:]
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

// Fixed returns the findings of old that failed and no longer do in now: the check is as expected, or
// now was asked for it and it is no longer expected. A check that now was not asked for is not fixed.
func Fixed(old, now *Report) []Finding {
	var fixed []Finding
	for _, c := range Diff(old, now) {
		if c.Old == nil || !failed(c.Old.verdict()) {
			continue
		}
		if c.New == nil && now.askedFor(*c.Old, old) || c.New != nil && !failed(c.New.verdict()) {
			fixed = append(fixed, *c.Old)
		}
	}
	return fixed
}

// askedFor says whether r would hold the check of f, a finding of old, if it were still expected. What
// a namespace or a profile comes to depends on the cluster, so that only equal ones can be compared.
func (r *Report) askedFor(f Finding, old *Report) bool {
	now, then := r.Asked, old.Asked
	return (len(now.Only) == 0 || slices.Contains(now.Only, f.Section)) &&
		(now.Namespace == "" || now.Namespace == then.Namespace) &&
		(now.ServiceAccount == "" || now.ServiceAccount == f.Subject.String()) &&
		r.Profile == old.Profile
}

func failed(v matrix.Verdict) bool { return Finding{Verdict: v}.Failed() }
