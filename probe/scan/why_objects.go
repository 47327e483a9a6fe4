// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/probe/why"
)

// conditions are what an object says of itself.
type conditions struct {
	ready   string // status of the condition Ready; "" when there is none
	stalled bool
	reason  string // of the condition that failed
	message string
	all     string // every message, one a line
}

func conditionsOf(o snapshot.Object) conditions {
	var c conditions
	for _, condition := range fields.Each(o.Fields, "status.conditions[]") {
		text := func(name string) string { return fields.Text(condition.Fields, name) }
		c.all += text("message") + "\n"
		failed := false
		switch text("type") {
		case "Ready":
			c.ready = text("status")
			failed = c.ready != "True"
		case "Stalled":
			c.stalled = text("status") == "True"
			failed = c.stalled && c.message == ""
		}
		if failed {
			c.reason, c.message = text("reason"), text("message")
		}
	}
	return c
}

func (c conditions) failed() bool { return c.ready == "False" || c.stalled }

// longestMessage is how many characters of a message are shown.
const longestMessage = 200

func (c conditions) says() string {
	text := strings.TrimSuffix(c.reason+": "+c.message, ": ")
	if runes := []rune(text); len(runes) > longestMessage {
		text = string(runes[:longestMessage]) + "…"
	}
	return text
}

// object adds an object: whether permissions are the cause it is not ready.
func (w *reasons) object(o snapshot.Object) {
	c, origin := conditionsOf(o), o.Origin("")
	e := why.Entry{Object: &origin, Says: c.says(), Chain: w.chainTo(o, nil), Next: explainObject(o)}
	place := none
	refusals, guards, failed := refusal.Parse(c.all), w.guardsOf(c), w.failedOf(o)
	switch {
	case len(refusals) > 0 && fields.Get(o.Fields, "spec.kubeConfig") != nil:
		e.Permissions, e.Because = why.Unknown, "another cluster refused it, the one of spec.kubeConfig"
	case len(refusals) > 0:
		e.Permissions, e.Because, place = w.reported(o)
		e.Subject = &refusals[0].Subject
		for _, r := range refusals {
			e.Accesses = append(e.Accesses, r.Access)
		}
		e.Guards = guards
		for _, g := range guards {
			e.Because += "; besides, " + g.String()
		}
	case len(refusal.Escalations(c.all)) > 0:
		for _, x := range refusal.Escalations(c.all) {
			w.escalated(x, o)
		}
		return
	case len(guards) > 0:
		w.guarded(guards, e, o)
		return
	case c.reason == "DependencyNotReady":
		e.Permissions, e.Because = why.No, "it waits for another object"
	case c.reason == "AccessDenied" && len(refusal.Blocked(c.message)) > 0:
		w.blocked(refusal.Blocked(c.message)[0], []snapshot.Object{o})
		return
	case len(failed) > 0 && c.failed():
		place = failed[0]
		e.Permissions, e.Because = why.Unknown, "its message names no refusal, but permissions are missing that it needs"
	case len(failed) > 0 && c.ready != "True":
		place = failed[0]
		e.Permissions, e.Because = why.Yes, "permissions are missing that it needs to go on"
	case len(failed) > 0:
		place = failed[0]
		e.Permissions, e.Because = why.Yes, "it is ready, but permissions are missing that it needs"
	case w.unanswered(o):
		e.Permissions, e.Because = why.Unknown, "the API server did not answer all checks of it"
	case c.ready == "":
		e.Permissions, e.Because = why.No, "no permission is missing that it needs; it has no condition Ready"
	case c.failed():
		e.Permissions, e.Because = why.No, "its message names no refusal, and no permission is missing that it needs"
	default:
		e.Permissions, e.Because = why.No, "no permission is missing that it needs"
	}
	w.add(e, place)
}

// reported is the answer by what an object reports as refused: whether it is still refused.
func (w *reasons) reported(o snapshot.Object) (why.Answer, string, int) {
	answer, because, place := why.No, "what was refused is allowed by now: the next reconciliation succeeds", none
	asked := false
	for i, f := range w.findings {
		if f.Code != "FP405" || !isOf(f, o) {
			continue
		}
		asked = true
		switch {
		case f.Verdict == matrix.Undetermined:
			if answer == why.No {
				answer, because, place = why.Unknown, "the API server did not say whether it is still refused: "+f.Reason, i
			}
		case f.Failed():
			return why.Yes, "it was refused, and still is", i
		}
	}
	if !asked {
		return why.Unknown, "what it reports as refused was not checked", none
	}
	return answer, because, place
}

// failedOf returns the places of the failed checks of an object that keep it from being reconciled now.
func (w *reasons) failedOf(o snapshot.Object) []int {
	var failed []int
	for i, f := range w.findings {
		if f.Failed() && f.Verdict != matrix.Undetermined && f.Severity == matrix.Error && isOf(f, o) && f.Check != nil && !f.Check.Meta().Latent && f.Want != matrix.Deny && f.Section != admission.Section {
			failed = append(failed, i)
		}
	}
	return failed
}

func (w *reasons) unanswered(o snapshot.Object) bool {
	for _, f := range w.findings {
		if f.Verdict == matrix.Undetermined && isOf(f, o) {
			return true
		}
	}
	return false
}

// isOf reports whether a check was derived from an object.
func isOf(f probe.Finding, o snapshot.Object) bool {
	at := f.Origin.Get()
	return at.Kind == o.Kind && at.Namespace == o.Namespace && at.Name == o.Name
}
