// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/rbac"
)

// YAML is the roles and bindings that r needs as documents for kubectl apply. What the account has, and what
// of that it does not need, is in comments before them, after the notes.
func (r MinimalRoles) YAML(notes ...string) ([]byte, error) {
	var b bytes.Buffer
	line := func(format string, args ...any) {
		b.WriteString(safetext.Printable(fmt.Sprintf(format, args...)) + "\n")
	}
	b.WriteString("---\n")
	line("# %s", r.Subject)
	if r.Unread != "" {
		line("# What it has is not known in full: %s", r.Unread)
	}
	for _, note := range notes {
		line("# %s", note)
	}
	for _, h := range r.Held {
		through := ""
		if h.Subject != r.Subject {
			through = ", as all of " + h.Subject.String()
		}
		line("# has %s by %s%s", h.Role.Origin(), h.Binding.Origin(), through)
		if len(h.Unneeded) == 0 {
			b.WriteString("#   all of it is needed\n")
		}
		for _, rule := range h.Unneeded {
			b.WriteString("#   not needed: " + safetext.Printable(rbac.RuleText(rule)) + "\n")
		}
	}
	if len(r.Needs) == 0 {
		b.WriteString("# It needs nothing that was derived.\n")
	}
	for _, n := range r.Needs {
		text, err := n.YAML(cmp.Or(n.Namespace, "cluster-wide"))
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	if len(r.Constrained) > 0 {
		b.WriteString("---\n# In place of impersonate, Kubernetes 1.36 and later also accept all of these:\n")
	}
	for _, n := range r.Constrained {
		for _, rule := range n.Rules {
			b.WriteString("#   " + safetext.Printable(cmp.Or(n.Namespace, "cluster-wide")+": "+rbac.RuleText(rule)) + "\n")
		}
	}
	return b.Bytes(), nil
}
