// SPDX-License-Identifier: Apache-2.0

package probe

import "slices"

// Difference is how two reports differ: first by their problems, then check by check.
type Difference struct {
	Old      Side            `json:"old"`
	New      Side            `json:"new"`
	Problems []ProblemChange `json:"problems"`
	Changes  []Change        `json:"changes"`
}

// Side says what a report is of.
type Side struct {
	Name    string  `json:"name,omitempty"` // as it was given: a file or cluster:CONTEXT
	Source  Source  `json:"source,omitempty"`
	Cluster Cluster `json:"cluster"`
	Flux    []Flux  `json:"flux"`
	At      string  `json:"at,omitempty"` // when the run began
	Summary Summary `json:"summary"`
}

// ProblemChange is a problem that differs.
type ProblemChange struct {
	Kind    ProblemChangeKind `json:"kind"`
	Problem Problem           `json:"problem"` // as it is now, or as it was; its checks are places in that report
	More    int               `json:"more"`    // checks that fail because of it, and did not
	Fewer   int               `json:"fewer"`   // checks that failed because of it, and do not
	Changes []int             `json:"changes"` // places in Difference.Changes
}

// ProblemChangeKind says how a problem differs.
type ProblemChangeKind string

// The kinds, in order of weight.
const (
	NewProblem        ProblemChangeKind = "new"
	ReopenedProblem   ProblemChangeKind = "reopened" // it was waived or in the baseline, and is not any more
	GrewProblem       ProblemChangeKind = "grew"     // more checks fail because of it, and perhaps others no longer
	ReplacedProblem   ProblemChangeKind = "replaced" // it is gone, and checks of it fail for another cause
	ShrankProblem     ProblemChangeKind = "shrank"
	NotCheckedProblem ProblemChangeKind = "notChecked" // the new run did not ask for its checks
	AcceptedProblem   ProblemChangeKind = "accepted"   // it is waived or in the baseline now
	FixedProblem      ProblemChangeKind = "fixed"
)

// ProblemChangeKinds returns the kinds in order of weight.
func ProblemChangeKinds() []ProblemChangeKind {
	return []ProblemChangeKind{
		NewProblem, ReopenedProblem, GrewProblem, ReplacedProblem, ShrankProblem, NotCheckedProblem, AcceptedProblem, FixedProblem,
	}
}

// Compare compares two reports. Reports of versions that found no problems differ check by check only.
func Compare(old, now *Report) *Difference {
	d := &Difference{Old: side(old), New: side(now), Problems: []ProblemChange{}, Changes: Diff(old, now)}
	if d.Changes == nil {
		d.Changes = []Change{}
	}
	before, after := problemsOf(old), problemsOf(now)
	for _, p := range after.all {
		was, ok := before.byID[p.ID]
		c := ProblemChange{Kind: NewProblem, Problem: *p, More: len(p.Checks) + p.Accepted}
		if ok {
			c.More, c.Fewer = missingFrom(before.keys[p.ID], after.keys[p.ID]), missingFrom(after.keys[p.ID], before.keys[p.ID])
			switch {
			case before.accepted[was.ID] && !after.accepted[p.ID]:
				c.Kind = ReopenedProblem
			case !before.accepted[was.ID] && after.accepted[p.ID]:
				c.Kind = AcceptedProblem
			case c.More > 0:
				c.Kind = GrewProblem
			case c.Fewer > 0:
				c.Kind = ShrankProblem
			default:
				continue
			}
		}
		d.Problems = append(d.Problems, c)
	}
	for _, p := range before.all {
		if _, ok := after.byID[p.ID]; !ok {
			d.Problems = append(d.Problems, gone(p, before, after, old, now))
		}
	}
	d.attribute(before, after)
	slices.SortStableFunc(d.Problems, func(a, b ProblemChange) int {
		return slices.Index(ProblemChangeKinds(), a.Kind) - slices.Index(ProblemChangeKinds(), b.Kind)
	})
	return d
}

// gone is a problem that the new report does not have.
func gone(p *Problem, before, after problemIndex, old, now *Report) ProblemChange {
	c := ProblemChange{Kind: FixedProblem, Problem: *p, Fewer: len(before.keys[p.ID])}
	asked := false
	for _, i := range before.places[p.ID] {
		f := old.Findings[i]
		asked = asked || now.askedFor(f, old)
		if after.failing[f.Key()] {
			c.Kind = ReplacedProblem
		}
	}
	if !asked {
		c.Kind = NotCheckedProblem
	}
	return c
}

func side(r *Report) Side {
	return Side{Source: r.Source, Cluster: r.Cluster, Flux: r.Flux, At: r.Made.At, Summary: r.Summary}
}

// problemIndex arranges the problems of a report.
type problemIndex struct {
	all      []*Problem
	byID     map[string]*Problem
	accepted map[string]bool
	places   map[string][]int // its findings, by id, those that are accepted as well
	keys     map[string][]Key
	failing  map[Key]bool
	of       map[*Finding]string
}

func problemsOf(r *Report) problemIndex {
	x := problemIndex{
		byID: map[string]*Problem{}, accepted: map[string]bool{}, places: map[string][]int{}, keys: map[string][]Key{},
		failing: map[Key]bool{}, of: map[*Finding]string{},
	}
	for _, problems := range [][]Problem{r.Problems, r.Accepted} {
		for i := range problems {
			p := &problems[i]
			if _, twice := x.byID[p.ID]; twice {
				continue // in a report that somebody changed
			}
			x.all, x.byID[p.ID] = append(x.all, p), p
			for _, place := range p.Checks {
				if place >= 0 && place < len(r.Findings) {
					x.of[&r.Findings[place]] = p.ID
				}
			}
		}
	}
	for i := range r.Accepted {
		x.accepted[r.Accepted[i].ID] = true
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if id := f.Waiver.Get().Problem; id != "" && x.byID[id] != nil {
			x.of[f] = id
		}
		if id := x.of[f]; id != "" {
			x.places[id], x.keys[id] = append(x.places[id], i), append(x.keys[id], f.Key())
		}
		if f.Failed() || f.Accepted() {
			x.failing[f.Key()] = true
		}
	}
	return x
}

// missingFrom counts the keys that are not in all.
func missingFrom(all, keys []Key) int {
	left := map[Key]int{}
	for _, k := range all {
		left[k]++
	}
	n := 0
	for _, k := range keys {
		if left[k]--; left[k] < 0 {
			n++
		}
	}
	return n
}

// attribute gives each change to the problem that explains it: how it is now, or else how it was.
func (d *Difference) attribute(before, after problemIndex) {
	place := map[string]int{}
	for i, c := range d.Problems {
		place[c.Problem.ID] = i
		d.Problems[i].Changes = []int{}
	}
	for i, c := range d.Changes {
		id := ""
		if c.New != nil {
			id = after.of[c.New]
		}
		if id == "" && c.Old != nil {
			id = before.of[c.Old]
		}
		if at, ok := place[id]; ok && id != "" {
			d.Problems[at].Changes = append(d.Problems[at].Changes, i)
		}
	}
}

// Same reports whether nothing differs.
func (d *Difference) Same() bool { return len(d.Problems)+len(d.Changes) == 0 }
