// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// Form is why a near miss does not allow an access.
type Form string

// The forms of near misses, the most likely mistake first.
const (
	OtherNamespace   Form = "other-namespace"   // a binding to the account, in another namespace
	OtherAccount     Form = "other-account"     // a binding to the account of that name in another namespace
	SimilarName      Form = "similar-name"      // a binding to a name that differs in a letter or two
	LegacyName       Form = "legacy-name"       // a binding to a name that no longer stands for the account
	OtherKind        Form = "other-kind"        // a binding to the account's name as a subject of another kind
	NoRole           Form = "no-role"           // a binding to the account, whose role does not exist
	OtherGroup       Form = "other-group"       // a rule with the verb on a resource of another API group
	OtherSubresource Form = "other-subresource" // a rule on the resource instead of its subresource, or the reverse
	SimilarResource  Form = "similar-resource"  // a rule on a misspelled resource
	OnlyNames        Form = "only-names"        // a rule on the resource for other names
	NotAggregated    Form = "not-aggregated"    // a ClusterRole that is missing from an aggregated one
	Unbound          Form = "unbound"           // a role that no binding refers to, or a binding without subjects
	OtherVerb        Form = "other-verb"        // a rule on the resource with other verbs
)

var forms = [...]Form{
	OtherNamespace, OtherAccount, SimilarName, LegacyName, OtherKind, NoRole, OtherGroup, OtherSubresource,
	SimilarResource, OnlyNames, NotAggregated, Unbound, OtherVerb,
}

// NearMiss is a role or binding that nearly allows an access.
type NearMiss struct {
	Form   Form
	Text   string        // one printable line
	Object matrix.Origin // the role or binding

	distance int // orders near misses of the same form
}

// NearMisses returns the roles and bindings that nearly allow an access, the most likely mistake first.
// There are none when RBAC allows it. The keys of legacy are other names that the account had, each
// with the reason why a binding to it has no effect; it can be nil.
func (x *Index) NearMisses(review matrix.Review, legacy map[matrix.Subject]string) []NearMiss {
	if x.Allowed(review) {
		return nil
	}
	s := search{
		index: x, subject: review.Subject.Get(), question: ask(review.Access), who: requestorOf(review.Subject.Get()), legacy: legacy,
	}
	s.sufficientRoles()
	s.ownBindings()
	slices.SortStableFunc(s.found, func(a, b NearMiss) int {
		return cmp.Or(
			cmp.Compare(slices.Index(forms[:], a.Form), slices.Index(forms[:], b.Form)),
			cmp.Compare(a.distance, b.distance),
			strings.Compare(a.Text, b.Text),
		)
	})
	return slices.CompactFunc(s.found, func(a, b NearMiss) bool { return a.Form == b.Form && a.Text == b.Text })
}

// search collects the near misses of one question.
type search struct {
	index    *Index
	subject  matrix.Subject
	question question
	who      requestor
	legacy   map[matrix.Subject]string
	found    []NearMiss
}

func (s *search) add(form Form, object matrix.Origin, distance int, text string) {
	s.found = append(s.found, NearMiss{Form: form, Text: safetext.Printable(text), Object: object, distance: distance})
}

// counts reports whether a binding counts in the namespace of the question.
func (s *search) counts(b *Binding) bool {
	return b.Namespace == "" || b.Namespace == s.question.Namespace
}

// sufficientRoles looks at the roles that would allow the access: who has them instead, where they
// are bound instead, and which of them no binding refers to.
func (s *search) sufficientRoles() {
	for i := range s.index.roles {
		role := &s.index.roles[i]
		if s.question.first(role.Rules) < 0 {
			continue
		}
		bindings := s.index.byRole[roleKey{role.Namespace, role.Name}]
		for _, b := range bindings {
			s.otherBinding(b)
		}
		if len(bindings) == 0 {
			s.unbound(role)
		}
	}
}

// unbound suggests a role without a binding when it seems meant for the account: a Role of the
// namespace, or a ClusterRole whose name contains the account's.
func (s *search) unbound(role *Role) {
	here := role.Namespace != "" && role.Namespace == s.question.Namespace
	if here || role.Namespace == "" && strings.Contains(role.Name, s.subject.Name) && !strings.HasPrefix(role.Name, "system:") {
		s.add(Unbound, role.Origin(), 0, role.Origin().String()+" would allow it, but no binding refers to it")
	}
}

// ownBindings looks at the bindings of the account that count where the question asks.
func (s *search) ownBindings() {
	for _, own := range s.index.effective(s.who, s.question.Namespace) {
		if own.role == nil {
			s.noRole(own.binding)
			continue
		}
		s.rules(own)
		if own.role.Aggregation != nil {
			s.aggregated(own)
		}
	}
}
