// SPDX-License-Identifier: Apache-2.0

// Package policy applies to findings what people decided beforehand: the overrides and waivers of matrix
// files, and a baseline.
//
//	matrix.Matrix ──Restrict──▶ what is asked ──probe──▶ findings ──Apply, ApplyAll──▶ findings
//	                                                                          Rest──▶ FP902, FP903
//	probe.Problem of the findings that still fail ──ByProblem──▶ what waivers and a baseline accept as a whole
//
// It makes no difference where a finding comes from: from a derived check, from a matrix file, or from a
// comparison after the run.
package policy

import (
	"sync"
	"time"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/matrixfile"
	"github.com/flux-probe/flux-probe/probe"
)

// Options are what people decided, and what the run can tell about it. The zero value leaves every
// finding as it is.
type Options struct {
	Documents matrixfile.Documents // whose overrides and waivers apply, in their order

	Baseline     *probe.Report // whose failures are accepted; can be nil
	BaselineName string        // the file of the baseline, for the reason of its waivers

	// AcceptForbidden are the resources, like namespaces or roles.rbac.authorization.k8s.io, whose lists
	// need not be readable; * stands for any text.
	AcceptForbidden []string

	Today time.Time // on which waivers are valid or have expired

	// Partial is set when the run leaves out checks that would be asked by default. Overrides and waivers
	// that match nothing are not reported then.
	Partial bool

	// NotAsked are codes that this run does not ask. Overrides and waivers that name one of them can match
	// nothing without being wrong.
	NotAsked []string
}

// Policy is applied to the findings of one matrix. Its methods can be called from several goroutines.
type Policy struct {
	options   Options
	overrides []*override
	waivers   []*waiver
	baseline  *baseline
	idle      bool // there is nothing to apply

	mu        sync.Mutex
	decisions map[matrix.Check]decision
	compared  []matrix.Check // of decisions, those of the last ApplyAll
	end       int            // the Index after all findings so far
}

// decision is what applies to one check.
type decision struct {
	severity matrix.Severity // replaces that of the check, unless it is empty
	waiver   probe.Waiver    // accepts failures, unless it is zero
	known    probe.Waiver    // is the baseline's, unless it is zero
}

// New returns the policy of a run. Call Restrict next.
func New(o Options) *Policy {
	p := &Policy{options: o, baseline: newBaseline(o.Baseline, o.BaselineName), decisions: map[matrix.Check]decision{}}
	p.overrides, p.waivers = overridesOf(o.Documents), waiversOf(o.Documents)
	p.idle = len(p.overrides)+len(p.waivers) == 0 && o.Baseline == nil
	return p
}

// Restrict removes the checks that are disabled from m and adds a gap that names the override. It
// also sets the severity of overridden checks, so that m can be shown before anything is asked.
func (p *Policy) Restrict(m *matrix.Matrix) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.idle {
		kept, used := m.Checks[:0:0], counter[probe.Key]{}
		disabled := counter[*override]{}
		for _, c := range m.Checks {
			f := probe.Judge(c, nil)
			o := p.override(f)
			if o != nil && o.Disable {
				disabled.next(o)
				continue
			}
			d := p.decide(f, o, func(f probe.Finding) probe.Waiver { return p.baseline.waiver(f, used) })
			if d.severity != "" {
				c.Meta().Severity = d.severity
			}
			p.decisions[c] = d
			kept = append(kept, c)
		}
		m.Checks = kept
		m.NotAsked = append(m.NotAsked, p.gaps(disabled)...)
	}
	p.end = len(m.Checks)
}

// Apply applies the policy to a finding about a check of the matrix that was restricted, and to those of
// ApplyAll and Rest when they are judged again. Findings can come in any order and more than once.
func (p *Policy) Apply(f probe.Finding) probe.Finding {
	if p.idle {
		return f
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	d, known := p.decisions[f.Check]
	if !known {
		d = p.decide(f, p.override(f), func(f probe.Finding) probe.Waiver { return p.baseline.waiverAfter(f, counter[verdictKey]{}) })
	}
	return d.apply(f)
}

// ApplyAll applies the policy to the findings that a comparison after the run made, such as FP002: to
// all of them together, each time they are made. Disabled ones are replaced by a gap.
func (p *Policy) ApplyAll(findings []probe.Finding) ([]probe.Finding, []matrix.Gap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.compared {
		delete(p.decisions, c)
	}
	p.compared = nil
	kept, used, disabled := make([]probe.Finding, 0, len(findings)), counter[verdictKey]{}, counter[*override]{}
	for _, f := range findings {
		o := p.override(f)
		if o != nil && o.Disable {
			disabled.next(o)
			continue
		}
		d := p.decide(f, o, func(f probe.Finding) probe.Waiver { return p.baseline.waiverAfter(f, used) })
		if f.Check != nil {
			p.compared, p.decisions[f.Check] = append(p.compared, f.Check), d
		}
		p.end = max(p.end, f.Index+1)
		kept = append(kept, d.apply(f))
	}
	return kept, p.gaps(disabled)
}

// decide returns what applies to f. Of several waivers the first counts, and the baseline counts where
// there is none.
func (p *Policy) decide(f probe.Finding, o *override, baseline func(probe.Finding) probe.Waiver) (d decision) {
	if o != nil {
		d.severity, f.Severity = o.Severity, o.Severity
	}
	accepted := baseline(f) // also where it does not count: it stands for this check and for no other
	d.waiver, d.known = p.waiver(f), accepted
	return d
}

func (d decision) apply(f probe.Finding) probe.Finding {
	if d.severity != "" {
		f.Severity = d.severity
	}
	return f.Waive(d.waiver).Known(d.known)
}

// counter counts equal things.
type counter[T comparable] map[T]int

// next counts key and returns how often it was counted before.
func (c counter[T]) next(key T) int {
	n := c[key]
	c[key]++
	return n
}
