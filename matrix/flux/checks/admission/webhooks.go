// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"cmp"
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// webhooks finds the webhooks that what is applied meets, and that refuse it whatever it is (FP412): those without a
// dry-run, and those whose Service does not exist.
func (s *section) webhooks(appliers []*applier) {
	if len(appliers) == 0 {
		return
	}
	s.unread("which webhooks refuse what Flux applies", snapshot.MutatingWebhooks, snapshot.ValidatingWebhooks)
	for i := range s.Admission.Webhooks {
		w := &s.Admission.Webhooks[i]
		if len(w.Match.ResourceRules) == 0 {
			continue
		}
		m := newMatcher(s.Model, &w.Match)
		for _, a := range appliers {
			all, tried := met{}, met{}
			for _, o := range a.objects {
				if o.isGuard(true) {
					continue
				}
				c := m.meets(o)
				if w.Conditions {
					c = min(c, can)
				}
				all.add(o, c)
				if o.dryRun {
					tried.add(o, c)
				}
			}
			s.dryRun(w, a, &tried)
			s.service(w, a, &all)
		}
	}
}

// met are the objects of an account that a guard is asked about, of those with the best chance.
type met struct {
	chance  chance
	objects []*object
}

func (m *met) add(o *object, c chance) {
	if c > m.chance {
		m.chance, m.objects = c, nil
	}
	if c == m.chance && c != never {
		m.objects = append(m.objects, o)
	}
}

// dryRun judges what a webhook says to a dry-run (k8s.io/apiserver pkg/admission/plugin/webhook/validating/dispatcher.go
// @v0.37.2): one whose sideEffects are not set is passed over if its failurePolicy is Ignore, one that has some is not.
func (s *section) dryRun(w *snapshot.Webhook, a *applier, tried *met) {
	if tried.chance == never {
		return
	}
	c := s.webhook(w, a, tried, "sideEffects")
	switch set := w.SideEffects != ""; {
	case w.SideEffects == admissionv1.SideEffectClassNone || w.SideEffects == admissionv1.SideEffectClassNoneOnDryRun:
		c.Verdict, c.Evidence = matrix.Pass, "sideEffects: "+string(w.SideEffects)
	case !set && w.FailurePolicy == admissionv1.Ignore:
		c.Verdict, c.Evidence = matrix.Pass, "sideEffects are not set, and failurePolicy is Ignore"
	default:
		c.Verdict = matrix.Missing
		c.Evidence = fmt.Sprintf("webhook %s does not support dry-run (sideEffects: %s), which Flux tries before it applies, so that %s", w.Name,
			cmp.Or(string(w.SideEffects), "not set"), tried.fails())
		c.Hint = "set sideEffects to None or NoneOnDryRun if the webhook keeps to it, or leave out by its rules and selectors what Flux applies"
	}
	s.Add(c)
}

// service judges whether a webhook can be called at all.
func (s *section) service(w *snapshot.Webhook, a *applier, all *met) {
	if all.chance == never || w.Service == nil || w.FailurePolicy != admissionv1.Fail {
		return
	}
	exists, known := s.Admission.Services[*w.Service]
	if !known {
		return
	}
	c := s.webhook(w, a, all, "clientConfig.service")
	c.Verdict, c.Evidence = matrix.Pass, "Service "+w.Service.String()+" exists"
	if !exists {
		c.Verdict = matrix.Missing
		c.Evidence = fmt.Sprintf("webhook %s calls Service %s, which does not exist, and its failurePolicy is Fail, so that %s", w.Name, w.Service, all.fails())
		c.Hint = "bring the Service back, or delete the " + w.Kind + " if what it belonged to is gone"
	}
	s.Add(c)
}

// webhook returns a check about what an account applies, without a verdict.
func (s *section) webhook(w *snapshot.Webhook, a *applier, m *met, field string) *matrix.Observed {
	c := &matrix.Observed{CheckMeta: matrix.CheckMeta{
		Code: "FP412", Subject: matrix.Share(a.account), Severity: matrix.Error, Origin: matrix.Share(w.Origin(field)), Step: s.step,
		Because: fmt.Sprintf("Flux applies %s as %s", several(m.objects), a.account),
	}}
	switch m.chance {
	case can:
		c.Severity = matrix.Warning
		c.Because += ", about which the webhook can be asked"
	case later:
		c.Severity, c.Latent = matrix.Warning, true
		c.Because += ", about which the webhook is asked " + when(m.objects)
	default:
		c.Because += ", about which the webhook is asked"
	}
	return c
}

// when is the other operation than the next one.
func when(objects []*object) string {
	if len(objects) > 0 && objects[0].next == admissionv1.Create {
		return "once it exists"
	}
	return "when it is created again"
}

func (m *met) fails() string {
	if m.chance == always {
		return "every apply of what it matches fails"
	}
	return "an apply of what it matches can fail"
}

// unread describes what is not known because a list could not be read. That the caller is not allowed to list it leaves
// nothing open, because no permission depends on it.
func (s *section) unread(what string, kinds ...string) {
	forbidden := ""
	for _, kind := range kinds {
		resource, served := s.ResourceOf(admissionv1.GroupName, kind)
		list := snapshot.ResourceName(resource.Group, resource.Resource)
		switch why := s.Admission.Unread[list]; {
		case !served || why == "":
		case s.Admission.Forbidden[list]:
			forbidden = cmp.Or(forbidden, why)
		default:
			s.SkipBroken(what, why)
			return
		}
	}
	if forbidden != "" {
		s.Skip(what, forbidden)
	}
}
