// SPDX-License-Identifier: Apache-2.0

package probe

import (
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
)

// CanI is the kubectl command that asks r again, by hand: quoted for a POSIX shell, with every
// group that r sends. kubectl takes the namespace of its context unless it is told one, so a review
// of all namespaces or of the cluster scope says -A. kubectl can impersonate no group without a
// user; a Group is asked about with a user nobody in it.
func CanI(r matrix.Review) string {
	a := r.Access
	args := []string{"kubectl", "auth", "can-i", safetext.Quote(a.Verb)}
	switch {
	case a.Path != "":
		args = append(args, safetext.Quote(a.Path))
	default:
		args = append(args, safetext.Quote(resourceArg(a)))
		if a.Subresource != "" {
			args = append(args, "--subresource="+safetext.Quote(a.Subresource))
		}
		if a.Namespace == "" {
			args = append(args, "-A")
		} else {
			args = append(args, "-n", safetext.Quote(a.Namespace))
		}
	}
	user := r.Subject.Get().User()
	if user == "" {
		user = "nobody"
	}
	args = append(args, "--as="+safetext.Quote(user))
	for _, group := range r.Subject.Get().Groups() {
		args = append(args, "--as-group="+safetext.Quote(group))
	}
	return strings.Join(args, " ")
}

// resourceArg is TYPE, TYPE.GROUP or TYPE.GROUP/NAME, as kubectl auth can-i takes it; a
// subresource goes by its own flag.
func resourceArg(a matrix.Access) string {
	arg := a.Resource
	if a.Group != "" {
		arg += "." + a.Group
	}
	if a.Name != "" {
		arg += "/" + a.Name
	}
	return arg
}
