// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
)

// PolicyOf returns what is kept of a ValidatingAdmissionPolicy.
func PolicyOf(p *admissionv1.ValidatingAdmissionPolicy) AdmissionPolicy {
	kept := AdmissionPolicy{Name: p.Name, Params: p.Spec.ParamKind != nil, Conditions: len(p.Spec.MatchConditions) > 0}
	if p.Spec.MatchConstraints != nil {
		kept.Match = *p.Spec.MatchConstraints
	}
	add := func(field, text string) { kept.Expressions = append(kept.Expressions, Expression{field, text}) }
	for i := range p.Spec.Validations {
		add(fmt.Sprintf("spec.validations[%d].expression", i), p.Spec.Validations[i].Expression)
	}
	for _, v := range p.Spec.Variables {
		add(fmt.Sprintf("spec.variables[%s].expression", v.Name), v.Expression)
	}
	for _, c := range p.Spec.MatchConditions {
		add(fmt.Sprintf("spec.matchConditions[%s].expression", c.Name), c.Expression)
	}
	return kept
}

// BindingOf returns what is kept of a ValidatingAdmissionPolicyBinding.
func BindingOf(b *admissionv1.ValidatingAdmissionPolicyBinding) AdmissionBinding {
	kept := AdmissionBinding{Name: b.Name, Policy: b.Spec.PolicyName, Actions: b.Spec.ValidationActions}
	if b.Spec.MatchResources != nil {
		kept.Match = *b.Spec.MatchResources
	}
	return kept
}
