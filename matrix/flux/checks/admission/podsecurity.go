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
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/admission"
)

// templates are where the kinds that create pods keep what they create them from. The API server judges pods alone, so
// that such an object is accepted, and its pods are refused later (k8s.io/pod-security-admission
// admission/admission.go@v0.37.2).
var templates = map[string]string{
	"apps/Deployment": "spec.template", "apps/StatefulSet": "spec.template", "apps/DaemonSet": "spec.template", "apps/ReplicaSet": "spec.template",
	"/ReplicationController": "spec.template", "batch/Job": "spec.template", "batch/CronJob": "spec.jobTemplate.spec.template",
}

// PodSecurity derives the failures of pods that a change will create, by the labels that their namespaces have after it
// (FP411). What changes a pod before it is judged, and who is exempted by the configuration of the API server, is not
// known.
func PodSecurity(change *model.Change) []matrix.Check {
	evaluator, err := podsecurity.NewEvaluator(podsecurity.DefaultChecks(), nil)
	if err != nil {
		return nil // the checks of the library are valid
	}
	var found []matrix.Check
	for _, p := range change.Plans {
		if p.Remote || p.Account.Name == "" {
			continue
		}
		for _, o := range p.Objects {
			namespace, ok := change.After.Namespace(o.Namespace)
			at := templates[o.Group+"/"+o.Kind]
			if !ok || at == "" {
				continue
			}
			content, ok := fields.Get(o.Content, at).(map[string]any)
			var template corev1.PodTemplateSpec
			if !ok || runtime.DefaultUnstructuredConverter.FromUnstructured(content, &template) != nil {
				continue // that is refused when it is applied
			}
			// Labels that cannot be read count as restricted, as they do for the API server.
			enforced, _ := api.PolicyToEvaluate(namespace.Labels, api.Policy{
				Enforce: privileged, Audit: privileged, Warn: privileged,
			})
			result := podsecurity.AggregateCheckResults(evaluator.EvaluatePod(enforced.Enforce, &template.ObjectMeta, &template.Spec))
			if result.Allowed {
				continue
			}
			found = append(found, &matrix.Observed{
				CheckMeta: matrix.CheckMeta{
					Code: admission.Refused, Subject: matrix.Share(p.Account), Severity: matrix.Error, Step: matrix.Waiting,
					Because: fmt.Sprintf("%s applies %s, whose pods namespace %s has to accept", p.Applier(), model.EntryOf(o), o.Namespace),
					Origin:  matrix.Share(o.Origin()),
					Hint:    "change the template, or label the namespace with a lower level of " + api.EnforceLevelLabel,
				},
				Verdict:  matrix.Missing,
				Evidence: fmt.Sprintf("PodSecurity %q refuses its pods: %s", enforced.Enforce.String(), strings.Join(result.ForbiddenReasons, ", ")),
			})
		}
	}
	return found
}

// privileged is the level of a namespace without labels, unless the API server is configured otherwise.
var privileged = api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
