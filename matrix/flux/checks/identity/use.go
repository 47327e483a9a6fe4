// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"cmp"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/fields"
	"github.com/flux-probe/flux-probe/probe/snapshot"
)

// use is an account whose identity an object uses.
type use struct {
	field   string // of the object
	account string
	token   bool // a token is created; otherwise the account is only read, for its pull secrets
}

// use returns the account whose identity o uses, by one of its fields or by a default of its controller.
func (s *section) use(o snapshot.Object) (use, bool) {
	u := use{field: "spec.serviceAccountName", account: fields.Text(o.Fields, "spec.serviceAccountName"), token: true}
	if _, ours := s.Facts.Components.Of(o.Group, o.Kind); !ours {
		return use{}, false
	}
	switch o.Kind {
	case "Kustomization":
		if fields.Get(o.Fields, "spec.decryption") == nil {
			return use{}, false
		}
		u.field = "spec.decryption.serviceAccountName"
		u.account = cmp.Or(fields.Text(o.Fields, u.field), s.byDefault(o, facts.FlagDefaultDecryption))
	case "GitRepository", "OCIRepository", "Bucket", "ImageRepository":
		switch {
		case s.usesCloud(o):
			u.account = cmp.Or(u.account, s.byDefault(o, facts.FlagDefaultServiceAccount))
		case o.Kind == "OCIRepository" || o.Kind == "ImageRepository":
			u.token = false
		default:
			return use{}, false
		}
	case "Provider":
		if s.notifiesCloud(o) {
			u.account = cmp.Or(u.account, s.byDefault(o, facts.FlagDefaultServiceAccount))
		}
	case "ImageUpdateAutomation":
		u.field, u.account = "spec.sourceRef", s.ofSource(o)
	case "ArtifactGenerator":
		u.token = false
	case "ResourceSetInputProvider":
	default:
		return use{}, false
	}
	return u, u.account != ""
}

// byDefault returns the value of a flag of the controller of o.
func (s *section) byDefault(o snapshot.Object, flag string) string {
	if d := s.Controller(o); d != nil {
		return d.Flags.Text(flag)
	}
	return ""
}

// usesCloud reports whether a source authenticates with a cloud.
func (s *section) usesCloud(o snapshot.Object) bool {
	return slices.Contains(s.Facts.Identity.CloudProviders, fields.Text(o.Fields, "spec.provider"))
}

// notifiesCloud reports whether a Provider authenticates with a cloud by an identity: its type can, and it has no
// credentials of its own.
func (s *section) notifiesCloud(o snapshot.Object) bool {
	return slices.Contains(s.Facts.Identity.CloudNotifiers, fields.Text(o.Fields, "spec.type")) &&
		fields.Get(o.Fields, "spec.secretRef") == nil && !strings.Contains(fields.Text(o.Fields, "spec.address"), s.Facts.Identity.OwnCredential)
}

// ofSource returns the account of an ImageUpdateAutomation: it takes the name from its GitRepository, or the default,
// and looks for the account in its own namespace (image-automation-controller internal/source/git.go@v1.2.1).
func (s *section) ofSource(o snapshot.Object) string {
	namespace := cmp.Or(fields.Text(o.Fields, "spec.sourceRef.namespace"), o.Namespace)
	source, ok := s.Object(s.Facts.Components.GroupOf("GitRepository"), "GitRepository", namespace, fields.Text(o.Fields, "spec.sourceRef.name"))
	if !ok || !s.usesCloud(source) {
		return ""
	}
	return cmp.Or(fields.Text(source.Fields, "spec.serviceAccountName"), s.byDefault(o, facts.FlagDefaultServiceAccount))
}
