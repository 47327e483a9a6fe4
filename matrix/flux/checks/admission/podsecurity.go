// SPDX-License-Identifier: Apache-2.0

package admission

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/pod-security-admission/api"
	podsecurity "k8s.io/pod-security-admission/policy"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/admission"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// templates are where the kinds that create pods keep what they create them from. The API server judges pods alone, so
// that such an object is accepted, and its pods are refused later (k8s.io/pod-security-admission
// admission/admission.go@v0.37.2).
var templates = map[string]string{
	"apps/Deployment": "spec.template", "apps/StatefulSet": "spec.template", "apps/DaemonSet": "spec.template", "apps/ReplicaSet": "spec.template",
	"/ReplicationController": "spec.template", "batch/Job": "spec.template", "batch/CronJob": "spec.jobTemplate.spec.template",
}

// podSecurity derives whether namespaces will accept the pods that a change will create, by the labels that they have after
// it (FP411). What changes a pod before it is judged, and who is exempted by the configuration of the API server, is not
// known.
func (s *section) podSecurity(change *model.Change) {
	evaluator, err := podsecurity.NewEvaluator(podsecurity.DefaultChecks(), nil)
	if err != nil {
		s.SkipBroken("what PodSecurity says to the pods of the change", err.Error())
		return
	}
	for _, p := range change.Plans {
		if p.Remote || p.Account.Name == "" {
			continue
		}
		for _, o := range p.Objects {
			namespace, ok := s.Namespace(o.Namespace)
			at := templates[o.Group+"/"+o.Kind]
			if !ok || at == "" || s.Facts.Change.Marked(p.Kind, facts.Leave, o.Labels, o.Annotations) != "" {
				continue
			}
			// Labels that cannot be read count as restricted, as they do for the API server.
			enforced, _ := api.PolicyToEvaluate(namespace.Labels, api.Policy{Enforce: privileged, Audit: privileged, Warn: privileged})
			if enforced.Enforce.Level == api.LevelPrivileged {
				continue // accepts all
			}
			content, _ := fields.Get(o.Content, at).(map[string]any)
			var template corev1.PodTemplateSpec
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(content, &template); err != nil {
				s.SkipBroken("what PodSecurity says to the pods of "+o.Origin().String(), safetext.Printable(fmt.Sprintf("%s cannot be read: %v", at, err)))
				continue
			}
			s.judgePods(p, o, enforced.Enforce, podsecurity.AggregateCheckResults(evaluator.EvaluatePod(enforced.Enforce, &template.ObjectMeta, &template.Spec)))
		}
	}
}

func (s *section) judgePods(p model.Plan, o snapshot.Planned, level api.LevelVersion, result podsecurity.AggregateCheckResult) {
	c := &matrix.Observed{
		CheckMeta: matrix.CheckMeta{
			Code: admission.Refused, Subject: matrix.Share(p.Account), Severity: matrix.Error, Step: matrix.Waiting, Origin: matrix.Share(o.Origin()),
			Because: fmt.Sprintf("%s applies %s, whose pods namespace %s has to accept", p.Applier(), model.EntryOf(o), o.Namespace),
			Hint:    "change the template, or label the namespace with a lower level of " + api.EnforceLevelLabel,
		},
		Verdict: matrix.Pass, Evidence: fmt.Sprintf("PodSecurity %q accepts its pods", level.String()),
	}
	if !result.Allowed {
		c.Verdict = matrix.Missing
		c.Evidence = fmt.Sprintf("PodSecurity %q refuses its pods: %s", level.String(), strings.Join(result.ForbiddenReasons, ", "))
	}
	s.Add(c)
}

// privileged is the level of a namespace without labels, unless the API server is configured otherwise.
var privileged = api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
