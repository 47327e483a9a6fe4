// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks/tenants"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/explain"
	"github.com/flux-probe/flux-probe/probe/refusal"
	"github.com/flux-probe/flux-probe/probe/snapshot"
	"github.com/flux-probe/flux-probe/probe/why"
)

// refused adds a refusal of the authorization of the API server. o is the object that it is reported by, zero when that
// is not known.
func (w *reasons) refused(r refusal.Refusal, o snapshot.Object) {
	w.access(r.Subject, r.Access, tenants.Refused(w.Model(), r, o), o)
}

// access adds an access that was refused to a subject, with the alternatives of which one would have been enough.
func (w *reasons) access(subject matrix.Subject, access matrix.Access, anyOf [][]matrix.Review, o snapshot.Object) {
	e := why.Entry{Subject: &subject, Accesses: []matrix.Access{access}, Permissions: why.Unknown}
	if o.Name != "" {
		origin := o.Origin("")
		e.Object = &origin
	}
	if e.Because = w.elsewhere(subject, access); e.Because != "" {
		w.add(e, none)
		return
	}
	review := matrix.Review{Subject: matrix.Share(subject), Access: access}
	explained, err := w.explainer.Access(w.ctx, review)
	if err != nil {
		e.Because = err.Error()
		w.add(e, none)
		return
	}
	e.Explanation, e.Chain, e.Next = explained, w.chainTo(o, explained), explainAccess(subject, access)
	if codes := forbids(explained); len(codes) > 0 && explained.Explanations[0].Decision == explain.Denied {
		e.Permissions = why.Yes
		e.Because = "it is refused, and that is right: " + strings.Join(codes, " and ") + " requires it; change the object that asks for it"
		w.add(e, none)
		return
	}
	place := w.about(anyOf)
	if place == none {
		place = w.judge(&matrix.Asked{
			CheckMeta: matrix.CheckMeta{
				Section: "tenants", Code: "FP405", Subject: matrix.Share(subject), Severity: matrix.Error,
				Because: "the text says that this was refused", Hint: "if it is allowed by now, the next reconciliation will succeed",
			},
			Want: matrix.Allow, AnyOf: anyOf,
		})
	}
	switch f := w.findings[place]; {
	case f.Verdict == matrix.Undetermined:
		e.Because = "the API server did not say whether it is still refused: " + f.Reason
	case f.Failed():
		e.Permissions, e.Because = why.Yes, "it is still refused"
	default:
		e.Permissions, e.Because = why.No, "it is allowed by now: the next reconciliation succeeds, unless the text is from another cluster"
	}
	w.add(e, place)
}

// elsewhere says what of a refusal this cluster does not have; "" when it has everything.
func (w *reasons) elsewhere(subject matrix.Subject, a matrix.Access) string {
	s := w.Snapshot()
	used := slices.ContainsFunc(w.explainerChains(), func(c explain.Chain) bool { return c.Impersonated == subject || c.Controller == subject })
	const right = " on this cluster; is this the right context?"
	switch {
	case s.Absent(subject) && !used:
		return "there is no ServiceAccount " + subject.String() + right
	case a.Path != "" || matrix.IsAuthorizerVerb(a.Verb) || a.Resource == "*" || matrix.IsVirtualResource(a.Group, a.Resource):
		return ""
	}
	if _, served := s.Resource(a.Group, a.Resource, ""); !served && s.FailedGroup(a.Group) == "" {
		return "there is no resource " + a.GroupResource() + right
	}
	if _, exists := s.Namespace(a.Namespace); !exists && a.Namespace != "" && a.Resource != "namespaces" && s.WhyUnread("", "namespaces") == "" {
		return "there is no namespace " + a.Namespace + right
	}
	return ""
}

// forbids returns the codes of the checks that want an access to be denied, where none needs it.
func forbids(r *explain.Report) []string {
	var codes []string
	for _, e := range r.Explanations {
		for _, c := range e.Checks {
			if c.Want == matrix.Allow {
				return nil
			}
			if !slices.Contains(codes, c.Code) {
				codes = append(codes, c.Code)
			}
		}
	}
	return codes
}

// about returns the place of a finding that failed and asked for one of the alternatives; none when there is none.
func (w *reasons) about(anyOf [][]matrix.Review) int {
	for i, f := range w.findings {
		asked, ok := f.Check.(*matrix.Asked)
		if !ok || asked.Want != matrix.Allow || !f.Failed() {
			continue
		}
		for _, alternative := range anyOf {
			if slices.ContainsFunc(asked.AnyOf, func(other []matrix.Review) bool { return slices.Equal(other, alternative) }) {
				return i
			}
		}
	}
	return none
}

// mostAsked is how many of the accesses that a writer of a role lacks are asked about.
const mostAsked = 20

// escalated adds a role or binding that was refused because its writer lacks what it grants.
func (w *reasons) escalated(e refusal.Escalation, o snapshot.Object) {
	verb := "escalate"
	if strings.HasSuffix(e.Resource, "bindings") {
		verb = "bind"
	}
	if e.Namespace == "" && !strings.HasPrefix(e.Resource, "cluster") {
		e.Namespace = e.Subject.Namespace // where Flux applies what names no namespace
	}
	lacks := e.Accesses()
	for _, a := range lacks[:min(len(lacks), mostAsked)] {
		anyOf := matrix.One(e.Subject, a)
		if verb == "escalate" && e.Resource != "" {
			anyOf = append(anyOf, matrix.One(e.Subject, matrix.Access{
				Verb: verb, Group: "rbac.authorization.k8s.io", Resource: e.Resource, Namespace: e.Namespace, Name: e.Name,
			})...)
		}
		w.access(e.Subject, a, anyOf, o)
	}
	if len(lacks) == 0 {
		w.add(why.Entry{Subject: &e.Subject, Permissions: why.Unknown, Because: "the text does not say which permissions it does not hold"}, none)
	}
}

// blocked adds a reference to another namespace that a controller did not follow.
func (w *reasons) blocked(r refusal.Reference, objects []snapshot.Object) {
	for i, f := range w.findings {
		asks := f.Code == "FP602" || f.Code == "FP603"
		at := f.Origin.Get()
		from := slices.ContainsFunc(objects, func(o snapshot.Object) bool {
			return o.Kind == at.Kind && o.Namespace == at.Namespace && o.Name == at.Name
		})
		if asks && f.Failed() && (from || strings.Contains(f.Because+" "+f.Observed+" ", r.Namespace+"/"+r.Name)) {
			object := matrix.Origin{Kind: at.Kind, Namespace: at.Namespace, Name: at.Name}
			w.add(why.Entry{
				Object: &object, Permissions: why.Yes, Because: "it refers to " + r.String() + ", which " + orElse(f.Observed, "is in another namespace"),
				Next: "flux-probe explain " + f.Code,
			}, i)
			return
		}
	}
	object := matrix.Origin{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
	w.add(why.Entry{
		Object: &object, Permissions: why.Unknown,
		Because: "no object on this cluster refers to " + r.String() + " and is blocked; is this the right context?",
	}, none)
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// explainAccess is the command that explains an access; "" where it takes no such subject.
func explainAccess(subject matrix.Subject, a matrix.Access) string {
	if subject.Kind != matrix.KindServiceAccount {
		return ""
	}
	what := a.Path
	if what == "" {
		what = a.GroupResource()
		if a.Name != "" {
			what += "/" + a.Name
		}
	}
	text := fmt.Sprintf("flux-probe explain %s %s %s", safetext.Quote(subject.String()), safetext.Quote(a.Verb), safetext.Quote(what))
	if a.Namespace != "" {
		text += " -n " + safetext.Quote(a.Namespace)
	}
	return text
}
