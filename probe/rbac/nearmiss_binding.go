// SPDX-License-Identifier: Apache-2.0

package rbac

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// otherBinding looks at a binding of a role that would allow the access: why it does not count.
func (s *search) otherBinding(b *Binding) {
	if len(b.Subjects) == 0 && s.counts(b) && !b.Builtin() {
		s.add(Unbound, b.Origin(), 1, b.Origin().String()+" has no subjects; its "+b.roleOrigin().String()+" would allow it")
	}
	for _, entry := range b.Subjects {
		subject := b.Subject(entry)
		switch own := s.who.is(subject); {
		case own && !s.counts(b) && members(subject) == "":
			s.otherNamespace(b, subject)
		case !own && s.counts(b):
			s.otherSubject(b, subject)
		}
	}
}

func (s *search) otherNamespace(b *Binding, subject matrix.Subject) {
	text := b.Origin().String() + " grants it to " + title(subject) + " only in namespace " + b.Namespace
	if s.question.Namespace != "" {
		text += ", not in " + s.question.Namespace
	} else {
		text += "; in the whole cluster it needs a ClusterRoleBinding to a ClusterRole"
	}
	s.add(OtherNamespace, b.Origin(), spelling.Distance(b.Namespace, s.question.Namespace), text)
}

// otherSubject looks for mistakes in the subject of a binding.
func (s *search) otherSubject(b *Binding, subject matrix.Subject) {
	text := b.Origin().String() + " grants it to " + title(subject) + ", not to " + title(s.subject)
	why, legacy := s.legacy[subject]
	switch {
	case legacy:
		s.add(LegacyName, b.Origin(), 0, text+": "+why)
	case subject.Kind != s.subject.Kind:
		if s.meant(subject) {
			s.add(OtherKind, b.Origin(), 0, text)
		}
	case subject.Kind == matrix.KindServiceAccount && subject.Name == s.subject.Name:
		if subject.Namespace == "" {
			text = b.Origin().String() + " names ServiceAccount " + subject.Name + " without a namespace, which matches no account"
		}
		s.add(OtherAccount, b.Origin(), spelling.Distance(subject.Namespace, s.subject.Namespace), text)
	case subject.Namespace == s.subject.Namespace && spelling.Similar(subject.Name, s.subject.Name):
		s.add(SimilarName, b.Origin(), spelling.Distance(subject.Name, s.subject.Name), text)
	}
}

// meant reports whether a subject of another kind seems to be a mistake for the account.
func (s *search) meant(subject matrix.Subject) bool {
	if s.subject.Kind != matrix.KindServiceAccount {
		return subject.Name == s.subject.Name
	}
	namespace, name := s.subject.Namespace, s.subject.Name
	switch subject.Name {
	case name, namespace + ":" + name, namespace + "/" + name,
		serviceAccountPrefix + name, serviceAccountPrefix + namespace + "/" + name, s.subject.User():
		return true
	default:
		return subject.Kind == matrix.KindUser && strings.Contains(subject.Name, ":") && spelling.Similar(subject.Name, s.subject.User())
	}
}

// noRole reports a binding to the account whose role does not exist.
func (s *search) noRole(b *Binding) {
	text := b.Origin().String() + " refers to " + b.roleOrigin().String() + ", which does not exist"
	distance := 1
	if other := s.intended(b); other != nil {
		text += "; " + other.Origin().String() + " does and would allow it"
		distance = 0
	}
	s.add(NoRole, b.Origin(), distance, text)
}

// intended returns the role that b most likely should refer to: one that would allow the access, with
// the name in b's roleRef or a similar one.
func (s *search) intended(b *Binding) *Role {
	var best *Role
	nearest := 0
	for i := range s.index.roles {
		role := &s.index.roles[i]
		if role.Namespace != "" && role.Namespace != b.Namespace || role.Name != b.RoleRef.Name && !spelling.Similar(role.Name, b.RoleRef.Name) {
			continue
		}
		distance := spelling.Distance(role.Name, b.RoleRef.Name)
		if (best == nil || distance < nearest) && s.question.first(role.Rules) >= 0 {
			best, nearest = role, distance
		}
	}
	return best
}
