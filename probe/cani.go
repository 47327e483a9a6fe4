// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// CanI is the kubectl command that asks r again, by hand: quoted for a POSIX shell, with every
// group that r sends. kubectl takes the namespace of its context unless it is told one, so a review
// of all namespaces or of the cluster scope says -A. kubectl can impersonate no group without a
// user; a Group is asked about with a user nobody in it.
func CanI(r matrix.Review) string {
	a := r.Attributes
	args := []string{"kubectl", "auth", "can-i", quote(a.Verb)}
	switch {
	case a.Path != "":
		args = append(args, quote(a.Path))
	default:
		args = append(args, quote(resourceArg(a)))
		if a.Subresource != "" {
			args = append(args, "--subresource="+quote(a.Subresource))
		}
		if a.Namespace == "" {
			args = append(args, "-A")
		} else {
			args = append(args, "-n", quote(a.Namespace))
		}
	}
	user := r.Subject.User()
	if user == "" {
		user = "nobody"
	}
	args = append(args, "--as="+quote(user))
	for _, group := range r.Subject.Groups() {
		args = append(args, "--as-group="+quote(group))
	}
	return strings.Join(args, " ")
}

// resourceArg is TYPE, TYPE.GROUP or TYPE.GROUP/NAME, as kubectl auth can-i takes it; a
// subresource goes by its own flag.
func resourceArg(a matrix.Attributes) string {
	arg := a.Resource
	if a.Group != "" {
		arg += "." + a.Group
	}
	if a.Name != "" {
		arg += "/" + a.Name
	}
	return arg
}

// quote makes s one word of a POSIX shell.
func quote(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+=,", r)
	}
	if s != "" && strings.TrimFunc(s, safe) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
