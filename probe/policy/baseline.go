// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// baseline is the failures that a saved report accepts. Those of a problem are accepted as part of it, see
// ByProblem. The others, as in reports from before there were problems, are accepted one by one: if several
// checks have the same key, the first of them belongs to the first finding of the report, and so on.
type baseline struct {
	reason   string
	findings map[probe.Key][]known
	problems map[string]map[what]matrix.Severity // by id without its number: what failed, and how much that mattered
}

// known is a finding of the baseline.
type known struct {
	probe.Finding
	problem string // that it belongs to; empty for none
}

// what is what a check of a problem is about, whatever object asks for it and is named in it: objects come and
// go while the fault stays the same.
type what struct {
	key     probe.Key
	verdict matrix.Verdict
}

func whatOf(f probe.Finding) what {
	v := verdict(f)
	if f.Access != nil {
		access := *f.Access
		access.Name = ""
		f.Access, f.Origin = &access, matrix.Share(matrix.Origin{})
	}
	return what{f.Key(), v}
}

// verdictKey identifies a finding that is made after the run, when its verdict is known.
type verdictKey struct {
	key     probe.Key
	verdict matrix.Verdict
}

func newBaseline(r *probe.Report, name string) *baseline {
	if r == nil {
		return nil
	}
	b := &baseline{reason: "accepted by " + name, findings: map[probe.Key][]known{}, problems: map[string]map[what]matrix.Severity{}}
	of := map[int]string{}
	for _, p := range slices.Concat(r.Problems, r.Accepted) {
		for _, place := range p.Checks {
			of[place] = p.ID
		}
	}
	for i, f := range r.Findings {
		id := cmp.Or(of[i], f.Waiver.Get().Problem)
		if id != "" && (f.Failed() || f.Verdict == matrix.InBaseline) {
			b.add(id, f)
		}
		b.findings[f.Key()] = append(b.findings[f.Key()], known{f, id})
	}
	return b
}

func (b *baseline) add(id string, f probe.Finding) {
	id = unnumbered(id)
	if b.problems[id] == nil {
		b.problems[id] = map[what]matrix.Severity{}
	}
	w := whatOf(f)
	if before, ok := b.problems[id][w]; !ok || weight(f.Severity) > weight(before) {
		b.problems[id][w] = f.Severity
	}
}

// unnumbered is the id of a problem without what tells it from others with the same object and field, which
// depends on their order.
func unnumbered(id string) string {
	id, _, _ = strings.Cut(id, "-")
	return id
}

// accepts reports whether a failed finding of a problem is in the baseline. The problem has to be in it: the same
// check that fails for another cause is a new fault, which would stay hidden behind the old one. And it has to have
// failed by the same access there, of the same account in the same namespace, with this verdict and no lower
// severity: a problem is accepted as large as it was. Where it takes more permissions away or gives more away than it
// did, that is new damage, which nobody has accepted. Only names of objects and what asks for the access can
// differ, so that another ConfigMap behind the same lacking rule is not a new failure.
func (b *baseline) accepts(id string, f probe.Finding) bool {
	severity, ok := b.problems[unnumbered(id)][whatOf(f)]
	return ok && weight(f.Severity) <= weight(severity)
}

// waiver returns the waiver for a check that was not asked yet; zero when there is none. The baseline
// accepts the verdict that it has, and no higher severity.
func (b *baseline) waiver(f probe.Finding, used counter[probe.Key]) probe.Waiver {
	if b == nil {
		return probe.Waiver{}
	}
	k := f.Key()
	return b.nth(b.findings[k], used.next(k), f)
}

// waiverAfter is waiver for a finding whose verdict is known. Only findings with the same verdict count.
func (b *baseline) waiverAfter(f probe.Finding, used counter[verdictKey]) probe.Waiver {
	if b == nil {
		return probe.Waiver{}
	}
	k := verdictKey{f.Key(), f.Verdict}
	same := slices.Clone(b.findings[k.key])
	same = slices.DeleteFunc(same, func(other known) bool { return verdict(other.Finding) != k.verdict })
	return b.nth(same, used.next(k), f)
}

func (b *baseline) nth(all []known, n int, f probe.Finding) probe.Waiver {
	if n >= len(all) || all[n].problem != "" {
		return probe.Waiver{}
	}
	accepted := all[n].Finding
	if v := verdict(accepted); v != matrix.Missing && v != matrix.Excess || weight(f.Severity) > weight(accepted.Severity) {
		return probe.Waiver{}
	}
	return probe.Waiver{Reason: b.reason, Was: verdict(accepted)}
}

// verdict returns the verdict of f before it was accepted.
func verdict(f probe.Finding) matrix.Verdict { return cmp.Or(f.Waiver.Get().Was, f.Verdict) }

// weight orders severities.
func weight(s matrix.Severity) int {
	return slices.Index([]matrix.Severity{matrix.Info, matrix.Warning, matrix.Error}, s)
}
