// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// binding compares a binding of a role that would do with what it would have to be.
func (s *search) binding(b *Binding) {
	if len(b.Subjects) == 0 && s.counts(b) && !builtin(b.Labels) {
		s.add(Unbound, b.Origin(), 1, b.Origin().String()+" binds "+b.role().String()+", which would allow it, to nobody")
	}
	for _, entry := range b.Subjects {
		subject := b.subject(entry)
		switch applies := s.who.is(subject); {
		case applies && !s.counts(b) && broad(subject) == "":
			s.otherNamespace(b, subject)
		case !applies && s.counts(b):
			s.otherSubject(b, subject)
		}
	}
}

func (s *search) otherNamespace(b *Binding, subject matrix.Subject) {
	text := b.Origin().String() + " gives it to " + title(subject) + " in namespace " + b.Namespace + " only"
	if s.question.Namespace != "" {
		text += ", not in " + s.question.Namespace
	} else {
		text += "; for all of the cluster it takes a ClusterRole and a ClusterRoleBinding"
	}
	s.add(OtherNamespace, b.Origin(), spelling.Distance(b.Namespace, s.question.Namespace), text)
}

// otherSubject looks for the ways in which a binding can miss its subject.
func (s *search) otherSubject(b *Binding, subject matrix.Subject) {
	text := b.Origin().String() + " gives it to " + title(subject) + ", not to " + title(s.subject)
	why, former := s.former[subject]
	apart := spelling.Distance(subject.Name, s.subject.Name)
	switch {
	case former:
		s.add(FormerName, b.Origin(), 0, text+": "+why)
	case subject.Kind != s.subject.Kind:
		if s.meant(subject) {
			s.add(OtherKind, b.Origin(), 0, text)
		}
	case subject.Kind == matrix.KindServiceAccount && subject.Name == s.subject.Name:
		if subject.Namespace == "" {
			text = b.Origin().String() + " names ServiceAccount " + subject.Name + " without a namespace, which matches nobody"
		}
		s.add(OtherAccount, b.Origin(), spelling.Distance(subject.Namespace, s.subject.Namespace), text)
	case subject.Namespace == s.subject.Namespace && spelling.Similar(subject.Name, s.subject.Name):
		s.add(SimilarName, b.Origin(), apart, text)
	}
}

// meant says whether a subject of another kind looks like the account written in the wrong way.
func (s *search) meant(subject matrix.Subject) bool {
	if s.subject.Kind != matrix.KindServiceAccount {
		return subject.Name == s.subject.Name
	}
	namespace, name := s.subject.Namespace, s.subject.Name
	switch subject.Name {
	case name, namespace + ":" + name, namespace + "/" + name, "system:serviceaccount:" + name, "system:serviceaccount:" + namespace + "/" + name:
		return true
	case s.subject.User():
		return subject.Kind != matrix.KindUser // as a User it is the account itself
	default:
		return subject.Kind == matrix.KindUser && strings.Contains(subject.Name, ":") && spelling.Similar(subject.Name, s.subject.User())
	}
}

// noRole explains a binding to the account whose role is not there.
func (s *search) noRole(b *Binding) {
	text := b.Origin().String() + " refers to " + b.role().String() + ", which does not exist"
	apart := 1
	if other := s.intended(b); other != nil {
		text += "; " + other.Origin().String() + " does and would allow it"
		apart = 0
	}
	s.add(NoRole, b.Origin(), apart, text)
}

// intended is a role that b could refer to, that would allow it, and whose name is b's roleRef or
// nearly so.
func (s *search) intended(b *Binding) *Role {
	var best *Role
	nearest := 0
	for i := range s.index.roles {
		role := &s.index.roles[i]
		if role.Namespace != "" && role.Namespace != b.Namespace || role.Name != b.RoleRef.Name && !spelling.Similar(role.Name, b.RoleRef.Name) {
			continue
		}
		apart := spelling.Distance(role.Name, b.RoleRef.Name)
		if (best == nil || apart < nearest) && s.question.first(role.Rules) >= 0 {
			best, nearest = role, apart
		}
	}
	return best
}
