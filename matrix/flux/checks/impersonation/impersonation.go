// SPDX-License-Identifier: Apache-2.0

// Package impersonation derives the section about who can act as the accounts with whose permissions Flux applies
// objects (FP301 to FP303).
package impersonation

import (
	"fmt"
	"slices"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/flux/checks"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
)

// Checks derives the section.
func Checks(m *model.Model, _ checks.Options) ([]matrix.Check, []matrix.Gap) {
	s := &section{Model: m, constrained: checks.Constrained(m)}
	s.SkipUnlisted(m, m.Facts.Components.Appliers())
	pairs := s.pairs()
	for _, p := range pairs {
		s.canImpersonate(p)
	}
	s.accountsExist(pairs)
	s.mustNotImpersonate()
	return s.Checks, s.Gaps
}

// section is the model, and where the checks go.
type section struct {
	*model.Model
	checks.Results
	constrained bool // the API server knows constrained impersonation
}

// pair is a controller and an account that it impersonates, with the objects for which it does.
type pair struct {
	controller      *model.Deployment
	account         matrix.Subject
	reconciliations []*model.Reconciliation
}

// pairs returns the distinct accounts that controllers impersonate. Shards of one controller share its
// ServiceAccount, and so the pair.
func (s *section) pairs() []*pair {
	type key struct{ controller, account matrix.Subject }
	found := map[key]*pair{}
	var order []*pair
	for _, r := range s.Reconciliations {
		if !s.Includes(r.Namespace) || !r.Impersonated() {
			continue
		}
		if r.Controller == nil {
			component, _ := s.Facts.Components.Of(r.Group, r.Kind)
			s.Skip(r.String(), "no "+component.Name+" was found that watches it, so no controller impersonates "+r.Account.String())
			continue
		}
		k := key{r.Controller.Account(), r.Account}
		p := found[k]
		if p == nil {
			p = &pair{controller: r.Controller, account: r.Account}
			found[k] = p
			order = append(order, p)
		}
		p.reconciliations = append(p.reconciliations, r)
	}
	return order
}

// others counts the objects besides the first: " and 2 others".
func others(n int) string {
	switch n {
	case 0, 1:
		return ""
	case 2:
		return " and 1 other"
	default:
		return fmt.Sprintf(" and %d others", n-1)
	}
}

// canImpersonate asks whether a controller can impersonate an account (FP301). The legacy permission is enough for
// everything; servers since Kubernetes 1.36 also accept the constrained permissions, which are the second
// alternative.
func (s *section) canImpersonate(p *pair) {
	controller, first := p.controller.Account(), p.reconciliations[0]
	anyOf := matrix.One(controller, checks.Impersonate(p.account))
	if s.constrained {
		anyOf = append(anyOf, s.constrainedReviews(p))
	}
	s.Add(&matrix.Asked{
		CheckMeta: matrix.CheckMeta{
			Code: "FP301", Subject: matrix.Share(controller), Severity: matrix.Error,
			Because: fmt.Sprintf("%s%s is reconciled as %s (%s)", first.Object, others(len(p.reconciliations)), p.account, first.By),
			Origin:  matrix.Share(first.Origin(model.ByObject)),
			Hint:    fmt.Sprintf("the link %s → %s is broken: grant impersonate on serviceaccounts %s in namespace %s", controller, p.account, p.account.Name, p.account.Namespace),
		},
		Want: matrix.Allow, AnyOf: anyOf,
	})
}

// constrainedReviews returns what constrained impersonation needs: the account, the discovery paths, and the kinds
// that are applied. helm-controller also keeps its releases in Secrets.
func (s *section) constrainedReviews(p *pair) []matrix.Review {
	facts := s.Facts.Applying
	controller := p.controller.Account()
	reviews := []matrix.Review{{Subject: matrix.Share(controller), Access: checks.ConstrainedImpersonate(p.account)}}
	seen := map[matrix.Access]bool{}
	on := func(a matrix.Access) {
		a.Verb = checks.OnBehalf + a.Verb
		if !seen[a] {
			seen[a] = true
			reviews = append(reviews, matrix.Review{Subject: matrix.Share(controller), Access: a})
		}
	}
	helm := p.controller.Component == facts.Storage.Component
	paths := facts.Constrained.Paths
	if helm {
		paths = slices.Concat(paths, facts.Constrained.HelmPaths)
	}
	for _, path := range paths {
		on(matrix.Access{Verb: "get", Path: path})
	}
	for _, r := range p.reconciliations {
		for _, e := range r.Inventory.Entries {
			resource, ok := s.ResourceOf(e.Group, e.Kind)
			if !ok {
				continue
			}
			name := ""
			if e.Group == "" && e.Kind == "Namespace" {
				name = e.Name
			}
			for _, verb := range facts.Constrained.Verbs {
				on(resource.Access(verb, e.Namespace, name))
			}
		}
		if helm {
			for _, verb := range facts.Storage.Verbs {
				on(matrix.Access{Verb: verb, Resource: "secrets", Namespace: model.StorageNamespace(r.Object)})
			}
		}
	}
	return reviews
}
