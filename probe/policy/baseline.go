// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"cmp"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// baseline is the failures that a saved report accepts. Each accepts one check: if several checks have
// the same key, the first of them belongs to the first finding of the report, and so on.
type baseline struct {
	reason   string
	findings map[probe.Key][]probe.Finding
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
	b := &baseline{reason: "it is in the baseline " + name, findings: map[probe.Key][]probe.Finding{}}
	for _, f := range r.Findings {
		b.findings[f.Key()] = append(b.findings[f.Key()], f)
	}
	return b
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
	same = slices.DeleteFunc(same, func(known probe.Finding) bool { return verdict(known) != k.verdict })
	return b.nth(same, used.next(k), f)
}

func (b *baseline) nth(known []probe.Finding, n int, f probe.Finding) probe.Waiver {
	if n >= len(known) {
		return probe.Waiver{}
	}
	accepted := known[n]
	if v := verdict(accepted); v != matrix.Missing && v != matrix.Excess || weight(f.Severity) > weight(accepted.Severity) {
		return probe.Waiver{}
	}
	return probe.Waiver{Reason: b.reason, Was: verdict(accepted)}
}

// verdict returns the verdict of f before it was waived.
func verdict(f probe.Finding) matrix.Verdict { return cmp.Or(f.Waiver.Get().Was, f.Verdict) }

// weight orders severities.
func weight(s matrix.Severity) int {
	return slices.Index([]matrix.Severity{matrix.Info, matrix.Warning, matrix.Error}, s)
}
