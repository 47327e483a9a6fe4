// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	fluxadmission "github.com/flux-probe/flux-probe/matrix/flux/checks/admission"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/cluster"
)

// DefaultMaxDryRuns is how many dry-runs are sent at most if Options name no number.
const DefaultMaxDryRuns = 500

// askAdmission asks what admission says to what is permitted, and returns its findings and what it did not ask. It comes after
// all reviews: what they refuse is not sent.
func (s *Scan) askAdmission(ctx context.Context, report *probe.Report, findings []probe.Finding) ([]probe.Finding, []matrix.Gap) {
	if !s.options.Admission || s.cluster == nil || len(s.options.Sections) > 0 && !slices.Contains(s.options.Sections, admission.Section) {
		return nil, nil
	}
	all, gaps := fluxadmission.DryRuns(s.read.Model, s.change)
	a := &admissionRun{Scan: s, gaps: gaps}
	if account := s.options.ServiceAccount; account != (matrix.Subject{}) {
		all = slices.DeleteFunc(all, func(d *admission.DryRun) bool { return d.Subject.Get() != account })
	}
	all = a.permitted(ctx, all, findings)
	all = a.impersonated(ctx, all)
	all = a.answeredHere(ctx, all)
	if limit := cmp.Or(s.options.MaxDryRuns, DefaultMaxDryRuns); len(all) > limit {
		a.skip(fmt.Sprintf("what admission says to %d of %d objects", len(all)-limit, len(all)), fmt.Sprintf("no more than %d dry-runs are sent (--max-dry-runs)", limit))
		all = all[:limit]
	}
	all = a.existing(ctx, all)
	s.options.progress(Progress{Trying, 0, len(all)})
	answers := admission.Run(ctx, s.cluster, all, func() {
		report.Summary.DryRuns++
		s.options.progress(Progress{Trying, report.Summary.DryRuns, len(all)})
	})
	report.Summary.Reviews += a.reviews
	for i, d := range all {
		switch {
		case ctx.Err() != nil && answers[i].Err == ctx.Err():
			a.unasked(d)
		case d.Gone(answers[i]):
			a.gone++
		default:
			a.add(admission.Judge(d, answers[i])...)
		}
	}
	if a.gone > 0 {
		a.skip(fmt.Sprintf("what admission says to objects of inventories that do not exist any more: %d", a.gone), "what they would be created with is not known; preflight asks about it")
	}
	return a.findings, a.gaps
}

// admissionRun collects the findings.
type admissionRun struct {
	*Scan
	findings []probe.Finding
	gaps     []matrix.Gap
	reviews  int // that were not asked before
	gone     int // objects of inventories that do not exist
}

func (a *admissionRun) add(checks ...matrix.Check) {
	for _, c := range checks {
		a.findings = append(a.findings, a.policy.Apply(probe.Judge(c, nil)))
	}
}

// unasked adds what the end of the run leaves undetermined.
func (a *admissionRun) unasked(d *admission.DryRun) {
	f := probe.Judge(d.Undetermined(""), nil)
	f.Reason = probe.Answer{}.Reason()
	a.findings = append(a.findings, a.policy.Apply(f))
}

func (a *admissionRun) skip(what, why string) {
	a.gaps = append(a.gaps, matrix.Gap{Section: admission.Section, What: what, Why: why, Kind: matrix.Chosen})
}

// permitted keeps the dry-runs of what the account is permitted to do. What it is not, other sections say; and a role that
// it cannot write is refused for the reason that they give.
func (a *admissionRun) permitted(ctx context.Context, all []*admission.DryRun, findings []probe.Finding) []*admission.DryRun {
	refused := map[matrix.Origin]bool{}
	for _, f := range findings {
		if f.Section == flux.Preflight && f.Failed() && f.Severity == matrix.Error && f.Origin.Get().File != "" {
			refused[f.Origin.Get().Of()] = true
		}
	}
	m := &matrix.Matrix{}
	var of []int
	for i, d := range all {
		for _, need := range d.Needs {
			m.Checks, of = append(m.Checks, need), append(of, i)
		}
	}
	verdicts := make([]probe.Finding, len(all))
	for i := range verdicts {
		verdicts[i].Verdict = matrix.Pass
	}
	answered := func() (n int) {
		for review := range m.Reviews() {
			if _, known := a.reviewer.Answer(review); known {
				n++
			}
		}
		return n
	}
	before := answered()
	prober := probe.Prober{Reviewer: a.reviewer, Concurrency: a.options.Concurrency}
	for f := range prober.Run(ctx, m) {
		if at := &verdicts[of[f.Index]]; f.Failed() && at.Verdict != matrix.Missing {
			*at = f
		}
	}
	a.reviews += answered() - before
	kept, counts := all[:0], map[matrix.Subject]int{}
	var order []matrix.Subject
	for i, d := range all {
		account := d.Subject.Get()
		switch {
		case probe.Unasked(verdicts[i]):
			a.unasked(d)
		case verdicts[i].Verdict == matrix.Undetermined:
			a.add(d.Undetermined("whether it is permitted is not known: " + verdicts[i].Reason))
		case verdicts[i].Verdict == matrix.Missing, refused[d.Origin.Get().Of()]:
			if counts[account]++; counts[account] == 1 {
				order = append(order, account)
			}
		default:
			kept = append(kept, d)
		}
	}
	for _, account := range order {
		a.skip(fmt.Sprintf("what admission says to what %s cannot do, objects: %d", account, counts[account]), "permissions are missing, so that nothing reaches admission")
	}
	return kept
}

// impersonated keeps the dry-runs as accounts that the caller can act as.
func (a *admissionRun) impersonated(ctx context.Context, all []*admission.DryRun) []*admission.DryRun {
	why := map[matrix.Subject]string{}
	return slices.DeleteFunc(all, func(d *admission.DryRun) bool {
		account := d.Subject.Get()
		reason, asked := why[account]
		if !asked {
			reason = a.cannotImpersonate(ctx, account)
			why[account] = reason
			if reason != "" {
				c := d.Undetermined(reason)
				c.Place, c.Because = nil, "admission is asked as "+account.String()+", whose requests it judges"
				c.By = &matrix.Origin{Kind: account.Kind, Namespace: account.Namespace, Name: account.Name, Field: "impersonate"}
				c.Origin, c.Hint = matrix.Share(c.By.Of()), "apply what flux-probe rbac --admission prints"
				if a.cluster.Impersonating() != "" {
					c.Hint = "use a context of the kubeconfig that impersonates nobody"
				}
				a.add(c)
			}
		}
		return reason != ""
	})
}

// cannotImpersonate returns why the caller cannot act as an account; "" if it can.
func (a *admissionRun) cannotImpersonate(ctx context.Context, account matrix.Subject) string {
	if as := a.cluster.Impersonating(); as != "" {
		return "all requests are sent as " + as + ", and who is impersonated cannot act as somebody else in turn"
	}
	for _, access := range fluxadmission.Impersonations(a.read.Model, account) {
		switch can, err := a.cluster.Can(ctx, access); {
		case can, ctx.Err() != nil: // nothing is sent any more
			return ""
		case err != nil:
			return "whether " + cmp.Or(a.user, "the caller") + " can impersonate it is not known: " + err.Error()
		}
	}
	return fmt.Sprintf("%s cannot impersonate %s, so that no dry-run can be sent as it", cmp.Or(a.user, "the caller"), account)
}

// answeredHere keeps the dry-runs that the API server answers itself: another server can take them for real requests.
func (a *admissionRun) answeredHere(ctx context.Context, all []*admission.DryRun) []*admission.DryRun {
	if len(all) == 0 {
		return nil
	}
	aggregated, err := a.cluster.Aggregated(ctx)
	return slices.DeleteFunc(all, func(d *admission.DryRun) bool {
		switch {
		case aggregated[schema.GroupVersion{Group: d.Resource.Group, Version: d.Resource.Version}]:
			a.add(elsewhere(d, "another server answers for "+d.Resource.Group+", which can take a dry-run for a real request: none is sent"))
			return true
		case err != nil && ctx.Err() == nil && !admission.BuiltIn(d.Resource.Group):
			a.add(elsewhere(d, "whether another server answers for "+d.Resource.Group+", which can take a dry-run for a real request, is not known: "+err.Error()))
			return true
		}
		return false
	})
}

// elsewhere is the check of a dry-run that another server would answer.
func elsewhere(d *admission.DryRun, why string) matrix.Check {
	c := d.Undetermined(why)
	c.By = &matrix.Origin{Kind: "APIService", Name: d.Resource.Version + "." + d.Resource.Group}
	c.Hint = "try it on another cluster, or leave it out of what admission is asked about"
	return c
}

// existing drops, of an inventory, what does not exist any more: to apply its name alone would try to create it.
func (a *admissionRun) existing(ctx context.Context, all []*admission.DryRun) []*admission.DryRun {
	if a.change != nil {
		return all
	}
	named := make([]cluster.Named, len(all))
	for i, d := range all {
		named[i] = cluster.Named{Resource: d.Resource, Namespace: d.Namespace, Name: d.Name}
	}
	var kept []*admission.DryRun
	for i, read := range a.cluster.Metadata(ctx, named) {
		switch {
		case read == nil:
			all[i].Doubt = "whether it exists was not read, and only its name is sent"
		case !read.Exists:
			a.gone++
			continue
		}
		kept = append(kept, all[i])
	}
	return kept
}
