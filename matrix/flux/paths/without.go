// SPDX-License-Identifier: Apache-2.0

package paths

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/probe/paths"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// conditionOf describes the flag without which a controller applies as itself what names no account.
func conditionOf(d *model.Deployment) string {
	return "set --" + facts.FlagDefaultServiceAccount + " on " + d.String()
}

// without returns the model of the same cluster without some grants, and with the flags that are conditions set.
func without(m *model.Model, removed []paths.Grant) *model.Model {
	var rules []rbac.HeldRule
	deployments := slices.Clone(m.Snapshot.Deployments)
	for _, grant := range removed {
		if grant.Condition == "" {
			rules = append(rules, grant.Held)
			continue
		}
		for i := range deployments {
			d := &deployments[i]
			for _, flag := range []string{facts.FlagDefaultServiceAccount + "=default", facts.FlagNoCrossNamespaceRefs + "=true"} {
				name, _, _ := strings.Cut(flag, "=")
				if grant.Condition == "set --"+name+" on Deployment "+d.Namespace+"/"+d.Name {
					setFlag(d, "--"+flag)
				}
			}
		}
	}
	roles, bindings := m.RBAC().Without(rules)
	o := model.Options{Namespace: m.Restricted}
	if len(m.Installs) == 1 {
		o.FluxVersion = m.Installs[0].Version
	}
	return model.New(m.Replace(roles, bindings, deployments), o)
}

// setFlag adds an argument to the containers of a Deployment.
func setFlag(d *appsv1.Deployment, arg string) {
	*d = *d.DeepCopy()
	for i := range d.Spec.Template.Spec.Containers {
		c := &d.Spec.Template.Spec.Containers[i]
		c.Args = append(c.Args, arg)
	}
}
