// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/assume"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// withLockdown adds to the assumptions of o the flags of the lockdown that are not set after them.
func withLockdown(s *snapshot.Snapshot, o Options) (assume.List, error) {
	if !o.Lockdown {
		return o.Assume, nil
	}
	after, err := assume.Apply(s, o.Assume, assume.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion})
	if err != nil {
		return nil, err
	}
	if o.Assume.Version() {
		o.FluxVersion = ""
	}
	m := model.New(after.Snapshot, model.Options{FluxNamespace: o.FluxNamespace, FluxVersion: o.FluxVersion})
	return slices.Concat(o.Assume, assume.Lockdown(m)), nil
}

// Lockdown asks all checks as they are and under lockdown, and says what that stops. It is for a Scan with
// Options.Lockdown.
func (s *Scan) Lockdown(ctx context.Context) (*probe.Lockdown, error) {
	report := s.Run(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := &probe.Lockdown{
		APIVersion: probe.APIVersion, Kind: probe.LockdownKind, Source: report.Source, Cluster: report.Cluster, Flux: report.Flux,
		Assumed: slices.Concat([]string{}, report.Assumed), Result: probe.ResultPass,
		Stops: []probe.Stop{}, Blocked: []probe.Blocked{}, Falls: []probe.Fall{}, Preparations: []probe.Preparation{}, Other: []string{}, Unknown: []string{},
	}
	if s.assumed == nil {
		return l, nil
	}
	l.Result = report.Turned.Result
	w := &locked{Scan: s, report: report, Lockdown: l, red: map[matrix.Origin][]int{}, covered: map[int]bool{}, lacks: map[matrix.Origin][]matrix.Review{}}
	for _, i := range report.Turned.Red {
		o := object(report.Findings[i].Origin.Get())
		w.red[o] = append(w.red[o], i)
	}
	for _, r := range s.Model().Reconciliations {
		w.reconciliation(r)
	}
	w.waiting()
	w.references()
	if err := w.prepare(); err != nil {
		return nil, err
	}
	w.others()
	return l, nil
}

// locked is a Lockdown in the making.
type locked struct {
	*Scan
	report *probe.Report
	*probe.Lockdown
	red     map[matrix.Origin][]int           // places of the findings that turn red, by the object that they come from
	covered map[int]bool                      // those that a Stop or Blocked is about
	lacks   map[matrix.Origin][]matrix.Review // what the account cannot do that an object falls to
}

// object is an origin without what is inside the object.
func object(o matrix.Origin) matrix.Origin {
	return matrix.Origin{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// mostLacking is how many accesses a reason names.
const mostLacking = 3

// reconciliation says what becomes of an object that applies others.
func (w *locked) reconciliation(r *model.Reconciliation) {
	o := r.Origin("")
	before := r.Account
	if w.assumed.now != nil {
		if was, ok := w.assumed.now.Model().Reconciliation(r.Object); ok {
			before = was.Account
		}
	}
	stop := probe.Stop{Object: o, Why: []string{}}
	fell := before != r.Account && !r.Remote && r.By != model.ByObject
	if fell {
		stop.Account = r.Account.String()
	}
	var lacks []string
	for _, i := range w.red[o] {
		switch f := &w.report.Findings[i]; {
		case f.Code == codeBlocked:
			stop.Why = append(stop.Why, "its "+f.Origin.Get().Field+" is not followed: "+f.Observed)
		case f.Verdict == matrix.Missing && f.Access != nil && f.Subject == r.Account:
			lacks = append(lacks, f.Access.String())
			if asked, ok := f.Check.(*matrix.Asked); ok {
				w.lacks[o] = append(w.lacks[o], remedy.LeastPrivileged(asked)...)
			}
		case f.Verdict == matrix.Missing && f.Subject == r.Account && w.Snapshot().Absent(r.Account):
			stop.Why = append(stop.Why, "ServiceAccount "+r.Account.String()+" does not exist")
		case f.Code == codeFalls:
			stop.Why = append(stop.Why, f.Observed)
		default:
			continue
		}
		w.covered[i] = true
	}
	if n := len(lacks); n > 0 {
		more := ""
		if n > mostLacking {
			lacks, more = lacks[:mostLacking], fmt.Sprintf(" and %d more", n-mostLacking)
		}
		stop.Why = append(stop.Why, r.Account.String()+" cannot "+strings.Join(lacks, ", ")+more)
	}
	slices.Sort(stop.Why)
	stop.Why = slices.Compact(stop.Why)
	switch {
	case len(stop.Why) > 0:
		w.Stops = append(w.Stops, stop)
	case fell:
		known := "it can do what the object needs, as far as its inventory tells"
		if !r.Inventory.Found {
			known = "there is no inventory, so that what it needs is not known"
			w.Unknown = append(w.Unknown, fmt.Sprintf("whether %s can do what %s needs: there is no inventory", r.Account, o))
		}
		w.Falls = append(w.Falls, probe.Fall{Object: o, Account: r.Account.String(), Known: known})
	}
}

// The codes of references that a flag blocks, and of objects of the platform that fall to the default account.
const (
	codeBlocked = "FP602"
	codeFalls   = "FP804"
)

// waiting adds the objects that depend on those that stop.
func (w *locked) waiting() {
	stopped := map[matrix.Origin]bool{}
	for _, stop := range w.Stops {
		stopped[stop.Object] = true
	}
	for more := true; more; {
		more = false
		for _, r := range w.Model().Reconciliations {
			o := r.Origin("")
			if stopped[o] {
				continue
			}
			for _, d := range fields.Each(r.Fields, "spec.dependsOn[]") {
				on := matrix.Origin{Kind: r.Kind, Namespace: cmp.Or(fields.Text(d.Fields, "namespace"), r.Namespace), Name: fields.Text(d.Fields, "name")}
				if stopped[on] && !stopped[o] {
					stopped[o], more = true, true
					w.Stops = append(w.Stops, probe.Stop{Object: o, Why: []string{"it depends on " + on.String() + ", which stops"}})
				}
			}
		}
	}
}

// references says which references are no longer followed.
func (w *locked) references() {
	for _, i := range w.report.Turned.Red {
		f := &w.report.Findings[i]
		if f.Code != codeBlocked {
			continue
		}
		text, _, _ := strings.Cut(f.Because, ", followed by ")
		w.covered[i] = true
		w.Blocked = append(w.Blocked, probe.Blocked{Object: f.Origin.Get(), Text: text, By: f.Observed})
	}
}

// others names the problems that turn up for other reasons, and what cannot be read.
func (w *locked) others() {
	for _, x := range w.report.Problems {
		all := slices.ContainsFunc(x.Checks, func(i int) bool { return w.covered[i] })
		if slices.Contains(w.report.Turned.Arisen, x.ID) && !all {
			w.Other = append(w.Other, x.Title)
		}
	}
	for _, text := range w.Assumed {
		if strings.Contains(text, ":--no-remote-bases") {
			w.Unknown = append(w.Unknown, "whether Kustomizations build on bases from the network, which --no-remote-bases blocks: their sources are not read")
			break
		}
	}
	for _, g := range w.report.NotAsked {
		if g.Open() {
			w.Unknown = append(w.Unknown, safetext.Printable(g.What+": "+g.Why))
		}
	}
}
