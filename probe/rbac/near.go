// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// Form is the way in which something nearly grants an access.
type Form string

// The forms of near misses, best first.
const (
	OtherNamespace   Form = "other-namespace"   // the right role, bound in another namespace
	OtherAccount     Form = "other-account"     // bound to an account of that name in another namespace
	SimilarName      Form = "similar-name"      // bound to a name one or two letters off
	FormerName       Form = "former-name"       // bound to a name that the account had once
	OtherKind        Form = "other-kind"        // bound to the account's name as a subject of another kind
	NoRole           Form = "no-role"           // bound to the account, but the role does not exist
	OtherGroup       Form = "other-group"       // a rule with the right verb on another API group
	OtherSubresource Form = "other-subresource" // a rule on the resource and not its subresource, or the other way
	SimilarResource  Form = "similar-resource"  // a rule on a resource that is misspelt
	OnlyNames        Form = "only-names"        // a rule for other names of the resource
	NotAggregated    Form = "not-aggregated"    // a role that should be part of the one that is bound
	Unbound          Form = "unbound"           // a role that would do, and that nothing binds to anybody
	OtherVerb        Form = "other-verb"        // a rule on the resource with other verbs
)

var forms = [...]Form{
	OtherNamespace, OtherAccount, SimilarName, FormerName, OtherKind, NoRole, OtherGroup, OtherSubresource,
	SimilarResource, OnlyNames, NotAggregated, Unbound, OtherVerb,
}

// Near is something that nearly grants an access that RBAC does not allow.
type Near struct {
	Form   Form
	Text   string        // one line, printable
	Object matrix.Origin // the binding or role that it is about

	apart int // how far off it is among those of its form
}

// NearMisses are the things that nearly grant an access, best first; there are none when RBAC allows
// it. The keys of former are other names that the account goes or went by, each with the reason in
// words why a binding to it does not help; it may be nil.
func (x *Index) NearMisses(review matrix.Review, former map[matrix.Subject]string) []Near {
	if x.Allowed(review) {
		return nil
	}
	s := search{
		index: x, subject: review.Subject, question: ask(review.Attributes), who: requestorOf(review.Subject), former: former,
	}
	s.roles()
	s.held()
	slices.SortStableFunc(s.found, func(a, b Near) int {
		return cmp.Or(
			cmp.Compare(slices.Index(forms[:], a.Form), slices.Index(forms[:], b.Form)),
			cmp.Compare(a.apart, b.apart),
			strings.Compare(a.Text, b.Text),
		)
	})
	return slices.CompactFunc(s.found, func(a, b Near) bool { return a.Form == b.Form && a.Text == b.Text })
}

// search collects the near misses of one question.
type search struct {
	index    *Index
	subject  matrix.Subject
	question question
	who      requestor
	former   map[matrix.Subject]string
	found    []Near
}

func (s *search) add(form Form, object matrix.Origin, apart int, text string) {
	s.found = append(s.found, Near{Form: form, Text: probe.Printable(text), Object: object, apart: apart})
}

// counts says whether a binding counts for the scope of the question.
func (s *search) counts(b *Binding) bool {
	return b.Namespace == "" || b.Namespace == s.question.Namespace
}

// roles looks at the roles that would allow it: at the bindings that give them to somebody else or
// somewhere else, and at those that nobody has.
func (s *search) roles() {
	for i := range s.index.roles {
		role := &s.index.roles[i]
		if s.question.first(role.Rules) < 0 {
			continue
		}
		bindings := s.index.byRole[roleKey{role.Namespace, role.Name}]
		for _, b := range bindings {
			s.binding(b)
		}
		if len(bindings) == 0 {
			s.unbound(role)
		}
	}
}

// unbound suggests a role that nothing binds, when it is plainly meant for here: a Role of the
// namespace, or a ClusterRole with the account's name in its own.
func (s *search) unbound(role *Role) {
	here := role.Namespace != "" && role.Namespace == s.question.Namespace
	if here || role.Namespace == "" && strings.Contains(role.Name, s.subject.Name) && !strings.HasPrefix(role.Name, "system:") {
		s.add(Unbound, role.Origin(), 0, role.Origin().String()+" would allow it, but nothing binds it to anybody")
	}
}

// held looks at what the account has in the scope of the question.
func (s *search) held() {
	for _, place := range s.index.boundFor(s.who, s.question.Namespace) {
		if place.role == nil {
			s.noRole(place.binding)
			continue
		}
		s.rules(place)
		if place.role.Aggregation != nil {
			s.aggregated(place)
		}
	}
}
