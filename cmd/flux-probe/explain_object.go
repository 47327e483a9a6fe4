// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux"
	"github.com/flux-probe/flux-probe/probe"
	"github.com/flux-probe/flux-probe/ui"
)

// explainObject probes the checks that come from one object of Flux, and explains those that fail.
func (x explainer) explainObject(ctx context.Context, arg, namespace string, concurrency int) (*ui.Explained, error) {
	chain, err := findObject(x.snapshot, arg, namespace)
	if err != nil {
		return nil, err
	}
	about := &matrix.Matrix{}
	for _, e := range x.matrix.Expectations {
		if o := e.Origin; o.Kind == chain.Object.Kind && o.Namespace == chain.Object.Namespace && o.Name == chain.Object.Name {
			about.Expectations = append(about.Expectations, e)
		}
	}
	e := &ui.Explained{About: chain.Object.String(), Chain: []string{probe.Printable(chain.String())}, Checks: len(about.Expectations)}
	explained, missing := map[matrix.Review]bool{}, []matrix.Review(nil)
	prober := probe.Prober{Reviewer: x.reviewer, Concurrency: concurrency}
	var findings []probe.Finding
	for f := range prober.Run(ctx, about) {
		findings = append(findings, f)
	}
	slices.SortFunc(findings, func(a, b probe.Finding) int { return a.Index - b.Index })
	for _, f := range findings {
		expectation := about.Expectations[f.Index]
		review, asked := expectation.Access()
		switch {
		case !f.Failed():
			e.AsExpected++
		case f.Severity == matrix.Info: // nothing to do about it; the access itself can be explained
			e.ForInformation++
		case !asked || expectation.Settled != "":
			e.Chain = append(e.Chain, f.Code+" "+string(f.Severity)+": "+f.Observed)
		case !explained[review]:
			explained[review] = true
			explanation := x.access(ctx, review)
			if x.next(&explanation, review) {
				missing = append(missing, review)
			}
			e.Explanations = append(e.Explanations, explanation)
		}
	}
	if e.Grant, err = grant(missing); err != nil {
		return nil, err
	}
	return e, ctx.Err()
}

// findObject finds KIND/NAME among the objects of Flux. Without a namespace the name must be one.
func findObject(s *flux.Snapshot, arg, namespace string) (flux.Chain, error) {
	kind, name, _ := strings.Cut(arg, "/")
	resource, group, grouped := strings.Cut(kind, ".")
	kinds := map[string]bool{}
	for _, r := range s.Resources {
		if flux.IsGroup(r.Group) && r.Subresource == "" && (strings.EqualFold(r.Kind, resource) || r.Resource == strings.ToLower(resource)) && (!grouped || r.Group == group) {
			kinds[r.Group+"/"+r.Kind] = true
		}
	}
	switch strings.ToLower(resource) { // the short names that people type
	case "ks":
		kinds["kustomize.toolkit.fluxcd.io/Kustomization"] = true
	case "hr":
		kinds["helm.toolkit.fluxcd.io/HelmRelease"] = true
	}
	if len(kinds) == 0 {
		return flux.Chain{}, usagef("%q is no kind of Flux's objects; an access is NAMESPACE/ACCOUNT VERB RESOURCE", kind)
	}
	var found []flux.Chain
	var elsewhere []string
	for _, c := range flux.Chains(s) {
		switch {
		case !kinds[c.Group+"/"+c.Object.Kind] || c.Object.Name != name:
		case namespace == "" || c.Object.Namespace == namespace:
			found = append(found, c)
		default:
			elsewhere = append(elsewhere, arg+" -n "+c.Object.Namespace)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return flux.Chain{}, usagef("there is no %s%s%s", arg, inNamespace(namespace), didYouMean(elsewhere))
	}
	namespaces := make([]string, len(found))
	for i, c := range found {
		namespaces[i] = c.Object.Namespace
	}
	return flux.Chain{}, usagef("%s is in several namespaces: say -n with one of %s", arg, strings.Join(namespaces, ", "))
}

func inNamespace(namespace string) string {
	if namespace == "" {
		return ""
	}
	return " in namespace " + namespace
}
