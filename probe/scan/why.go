// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/probe/why"
)

// UnrecognizedError reports a text in which nothing was recognized.
type UnrecognizedError struct {
	CutOff bool // a refusal begins in it, and its end is missing
}

func (e *UnrecognizedError) Error() string {
	if e.CutOff {
		return "the refusal in this text is cut off before its namespace: give the whole line"
	}
	return "nothing in this text is a refusal or the name of a Flux object"
}

// Recognize returns an *UnrecognizedError for a text in which nothing is recognized, before a cluster is asked.
func Recognize(text string) error {
	if len(refusal.Parse(text))+len(refusal.Escalations(text))+len(refusal.Blocked(text))+len(refusal.Guards(text)) > 0 {
		return nil
	}
	if refusal.CutOff(text) || len(namedIn(text)) == 0 {
		return &UnrecognizedError{CutOff: refusal.CutOff(text)}
	}
	return nil
}

// namedIn returns the Flux objects that a text names.
func namedIn(text string) []refusal.Object {
	return refusal.Looking(facts.Load().Components.Kinds()...).Find(text)
}

// Why explains each refusal in a text. A text without one is about the Flux objects that it names; where it names no
// namespace, about those in namespace or, when that is empty, in all. All checks are asked, so that one cause is found
// for all that fails. A text in which nothing is recognized is an *UnrecognizedError.
func (s *Scan) Why(ctx context.Context, text, namespace string) (*why.Report, error) {
	if err := Recognize(text); err != nil {
		return nil, err
	}
	w := s.newReasons(ctx)
	w.out.Text = true
	objects, absent := s.resolveObjects(namedIn(text), namespace)
	var about snapshot.Object // whose refusals these are, where the text names one object
	if len(objects) == 1 {
		about = objects[0]
	}
	for _, r := range refusal.Parse(text) {
		w.refused(r, about)
	}
	for _, e := range refusal.Escalations(text) {
		w.escalated(e, about)
	}
	for _, r := range refusal.Blocked(text) {
		w.blocked(r, objects)
	}
	if guards := refusal.Guards(text); len(guards) > 0 {
		w.guardedText(guards, text, about)
	}
	if len(w.out.Entries) == 0 {
		for _, o := range objects {
			w.object(o)
		}
		for _, o := range absent {
			w.add(why.Entry{
				Object: &matrix.Origin{Kind: o.Kind, Name: safetext.Printable(o.Path)}, Permissions: why.Unknown,
				Because: o.String() + " is not on this cluster; is this the right context?",
			}, none)
		}
	}
	return w.finish()
}

// NotReady says of each Flux object that is not ready, in a namespace or in all, whether permissions are the cause.
func (s *Scan) NotReady(ctx context.Context, namespace string) (*why.Report, error) {
	w := s.newReasons(ctx)
	for _, o := range s.Snapshot().Objects {
		if !facts.IsGroup(o.Group) || namespace != "" && o.Namespace != namespace {
			continue
		}
		switch c := conditionsOf(o); {
		case c.failed():
			w.object(o)
		case c.ready == "True":
			w.out.Ready++
		case c.ready != "" && len(w.failedOf(o)) > 0: // Helm waits on, whatever its storage refuses
			w.object(o)
		}
	}
	for _, gap := range w.whole.NotAsked {
		_, group, _ := strings.Cut(gap.Resource, ".")
		if gap.Open() && facts.IsGroup(group) {
			w.out.NotAsked = append(w.out.NotAsked, gap)
		}
	}
	return w.finish()
}

// none is the place of a finding that does not exist.
const none = -1

// reasons collects the entries of a report, each with the place of the finding that explains it.
type reasons struct {
	*Scan
	ctx       context.Context
	explainer *explain.Explainer
	whole     *probe.Report
	findings  []probe.Finding // of all checks, and of the refusals that no check is about
	out       *why.Report
	explained []int // by entry: the place of its finding
}

func (s *Scan) newReasons(ctx context.Context) *reasons {
	whole := s.Report()
	w := &reasons{Scan: s, ctx: ctx, explainer: s.explainer(false), whole: whole, findings: s.ask(ctx, whole)}
	w.out = &why.Report{Source: s.source, Cluster: whole.Cluster, Entries: []why.Entry{}}
	return w
}

func (w *reasons) add(e why.Entry, finding int) {
	e.Says, e.Because = safetext.Printable(e.Says), safetext.Printable(e.Because)
	w.out.Entries = append(w.out.Entries, e)
	w.explained = append(w.explained, finding)
}

// finish finds the problems of all that failed, and gives each entry the one that explains it.
func (w *reasons) finish() (*why.Report, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	w.whole.Complete(w.findings)
	w.FindProblems(w.whole)
	for i, place := range w.explained {
		for _, p := range w.whole.Problems {
			if place != none && slices.Contains(p.Checks, place) {
				w.out.Entries[i].Problem = p.ID
			}
		}
	}
	w.out.Keep(w.whole)
	w.out.Finish()
	return w.out, nil
}

// judge judges a check that is not part of the matrix, and returns the place of its finding.
func (w *reasons) judge(c matrix.Check) int {
	prober := probe.Prober{Reviewer: w.reviewer, Concurrency: w.options.Concurrency}
	for f := range prober.Run(w.ctx, &matrix.Matrix{Checks: []matrix.Check{c}}) {
		f.Index = len(w.findings)
		w.findings = append(w.findings, f)
	}
	return len(w.findings) - 1
}

// resolveObjects returns the objects that a text can mean, and what it names that does not exist.
func (s *Scan) resolveObjects(named []refusal.Object, namespace string) (found []snapshot.Object, absent []refusal.Object) {
	seen := map[string]bool{}
	for _, n := range named {
		there := false
		for _, o := range s.Snapshot().Objects {
			if !facts.IsGroup(o.Group) || !n.Is(o.Kind, o.Namespace, o.Name) || namespace != "" && o.Namespace != namespace && n.Path == o.Name {
				continue
			}
			there = true
			if !seen[o.String()] {
				seen[o.String()] = true
				found = append(found, o)
			}
		}
		if !there {
			absent = append(absent, n)
		}
	}
	return found, absent
}

// chainTo returns the chain of an object, or those of an account.
func (w *reasons) chainTo(o snapshot.Object, r *explain.Report) []string {
	for _, c := range w.read.Chains() {
		if o.Name != "" && c.Object.Kind == o.Kind && c.Object.Namespace == o.Namespace && c.Object.Name == o.Name {
			return []string{safetext.Printable(c.String())}
		}
	}
	if r == nil {
		return nil
	}
	return r.Chain
}

// explainObject is the command that explains an object.
func explainObject(o snapshot.Object) string {
	return fmt.Sprintf("flux-probe explain %s/%s -n %s", strings.ToLower(o.Kind), safetext.Quote(o.Name), safetext.Quote(o.Namespace))
}
