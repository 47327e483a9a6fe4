// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/refusal"
)

// Judge turns what a server said to a dry-run into checks that are decided: whether it was accepted, one for each guard
// that refused it, and one for each warning. An answer that is none, and a guard that could not judge, leave it
// undetermined.
func Judge(d *DryRun, a Answer) []matrix.Check {
	var found []matrix.Check
	if c := judge(d, a); len(c) > 0 {
		found = append(found, c...)
	} else {
		found = append(found, decided(d, matrix.Pass, "the API server accepts it in a dry-run"))
	}
	for _, warning := range a.Warnings {
		c := decided(d, matrix.Missing, "the API server warns: "+warning)
		c.Severity, c.Step = matrix.Warning, 0 // nothing fails
		c.Hint = "it is applied nevertheless; change the object before the warning becomes a refusal"
		found = append(found, c)
	}
	return found
}

// refusing are the statuses by which an API server says no to the content of a request.
var refusing = []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}

// judge returns what keeps d from being accepted.
func judge(d *DryRun, a Answer) []matrix.Check {
	message := safetext.Printable(a.Message)
	switch {
	case a.Err != nil:
		return one(decided(d, matrix.Undetermined, "no answer to its dry-run: "+a.Err.Error()))
	case a.Code >= http.StatusOK && a.Code < http.StatusMultipleChoices, d.Verb == Delete && a.Code == http.StatusNotFound:
		return nil
	}
	guards := refusal.Guards(a.Message)
	if d.Replaced && len(guards) > 0 {
		guards = slices.DeleteFunc(guards, func(g refusal.Guard) bool { return g.Kind == refusal.Immutable })
		if len(guards) == 0 {
			return nil // Flux deletes it, and creates it again
		}
	}
	var found []matrix.Check
	for _, g := range guards {
		var c *matrix.Observed
		switch {
		case g.Kind.Unknown():
			c = d.Undetermined(g.String())
		case g.Kind == refusal.ResourceQuota, g.Kind == refusal.Namespace: // which do not look at the content
			c = decided(d, matrix.Missing, g.String())
		default:
			c = d.refused(g.String())
		}
		object := refusal.Applied{Kind: d.Resource.Kind, Namespace: d.Namespace, Name: d.Name}
		c.Hint, c.By = g.Correction(), g.By(object, matrix.Origin{Kind: object.Kind, Namespace: object.Namespace, Name: object.Name})
		found = append(found, c)
	}
	if len(found) > 0 {
		return found
	}
	refusals, escalations := refusal.Parse(a.Message), refusal.Escalations(a.Message)
	switch {
	case slices.ContainsFunc(refusals, refusal.Refusal.Impersonates):
		return one(decided(d, matrix.Undetermined, "flux-probe cannot act as the account: "+message))
	case len(refusals) > 0:
		c := decided(d, matrix.Missing, "the request is refused, although its review is allowed: "+message)
		c.Code = Contradict
		c.Hint = "probe again; if it stays, look at the authorizers of the API server"
		return one(c)
	case len(escalations) > 0:
		c := decided(d, matrix.Missing, "RBAC refuses to grant what the account does not hold: "+message)
		c.Hint = "grant the account what the role grants, or the verbs bind and escalate"
		return one(c)
	case slices.Contains(refusing, a.Code):
		return one(d.refused(fmt.Sprintf("the API server refuses it (%d %s): %s", a.Code, http.StatusText(a.Code), message)))
	default:
		return one(decided(d, matrix.Undetermined, fmt.Sprintf("the API server does not say whether it accepts it (%d %s): %s", a.Code, http.StatusText(a.Code), message)))
	}
}

// refused is the check of a dry-run whose object is refused. It is undetermined if that can be for what was not sent.
func (d *DryRun) refused(evidence string) *matrix.Observed {
	if d.Doubt != "" {
		return d.Undetermined(evidence + "; " + d.Doubt)
	}
	return decided(d, matrix.Missing, evidence)
}

// Undetermined is the check of a dry-run that was not sent.
func (d *DryRun) Undetermined(why string) *matrix.Observed {
	return decided(d, matrix.Undetermined, why)
}

func one(c *matrix.Observed) []matrix.Check { return []matrix.Check{c} }

// decided is a check of d.
func decided(d *DryRun, verdict matrix.Verdict, evidence string) *matrix.Observed {
	place := d.Resource.Access(string(d.Verb), d.Namespace, d.Name)
	return &matrix.Observed{CheckMeta: d.CheckMeta, Verdict: verdict, Evidence: evidence, Place: &place}
}
