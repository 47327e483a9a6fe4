// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
)

// Turned is what an assumption changes, compared with the same run without it.
type Turned struct {
	// Result is fail if a check fails that did not, as far as the severity fails a run; else undetermined if the report with
	// the assumption is not complete; else pass. What fails without the assumption as well does not count.
	Result   Result    `json:"result"`
	Now      Summary   `json:"now"`      // of the report without the assumption
	Red      []int     `json:"red"`      // places in Report.Findings of the checks of severity error or warning that fail and did not
	Green    []Finding `json:"green"`    // findings without the assumption that fail, and no longer do
	Arisen   []string  `json:"arisen"`   // IDs of the problems of the report that explain a check in Red
	Resolved []Problem `json:"resolved"` // problems without the assumption that are gone; their checks are places in Green
}

// Turn compares the report of an assumption with the one without it.
func Turn(now, assumed *Report) *Turned {
	t := &Turned{Now: now.Summary, Red: []int{}, Green: []Finding{}, Arisen: []string{}, Resolved: []Problem{}}
	place := make(map[*Finding]int, len(assumed.Findings))
	for i := range assumed.Findings {
		place[&assumed.Findings[i]] = i
	}
	before := make(map[*Finding]int, len(now.Findings))
	for i := range now.Findings {
		before[&now.Findings[i]] = i
	}
	green := map[int]int{} // by their places among the findings without the assumption
	for _, c := range Diff(now, assumed) {
		was, is := c.Old != nil && counts(*c.Old), c.New != nil && counts(*c.New)
		switch {
		case is && (!was || assumed.Fails(*c.New) && !now.Fails(*c.Old)):
			t.Red = append(t.Red, place[c.New])
		case was && !is:
			green[before[c.Old]] = len(t.Green)
			t.Green = append(t.Green, *c.Old)
		}
	}
	slices.Sort(t.Red)
	for _, x := range assumed.Problems {
		if slices.ContainsFunc(x.Checks, func(i int) bool { _, red := slices.BinarySearch(t.Red, i); return red }) {
			t.Arisen = append(t.Arisen, x.ID)
		}
	}
	for _, x := range now.Problems {
		if resolved(now, &x, green) {
			t.Resolved = append(t.Resolved, x)
		}
	}
	t.Result = t.result(now, assumed)
	return t
}

// counts reports whether a finding is red: it fails, and not for information only.
func counts(f Finding) bool { return f.Failed() && f.Severity != matrix.Info }

// resolved reports whether all checks of a problem are green that can be, and makes its checks places there.
func resolved(now *Report, x *Problem, green map[int]int) bool {
	var places []int
	for _, check := range x.Checks {
		at, ok := green[check]
		switch {
		case ok:
			places = append(places, at)
		case counts(now.Findings[check]):
			return false
		}
	}
	x.Checks = places
	return len(places) > 0
}

func (t *Turned) result(now, assumed *Report) Result {
	for _, i := range t.Red {
		if f := assumed.Findings[i]; assumed.Fails(f) && f.Verdict != matrix.Undetermined {
			return ResultFail
		}
	}
	open := func(f Finding) bool { return f.Verdict == matrix.Undetermined && f.Severity != matrix.Info }
	unfinished := now.Interrupted || now.TimedOut || assumed.Interrupted || assumed.TimedOut
	if unfinished || len(assumed.Findings) == 0 || slices.ContainsFunc(assumed.Findings, open) || slices.ContainsFunc(assumed.NotAsked, matrix.Gap.Open) {
		return ResultUndetermined
	}
	return ResultPass
}

// Outcome is what a run ends with: that of the comparison if something is assumed, else the result of the summary. Whether
// a change can be applied is one question, also with assumptions: it does not matter that it cannot be applied without them.
func (r *Report) Outcome() Result {
	if r.Turned != nil && len(r.Asked.Preflight) == 0 {
		return r.Turned.Result
	}
	return r.Summary.Result
}
