// SPDX-License-Identifier: Apache-2.0

package remedy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe"
)

// YAML is the plan for kubectl apply: each corrected object whole, after comments that say which problems it is for.
// What kubectl apply cannot do is in comments, with the commands that do it.
func (p *Plan) YAML() ([]byte, error) {
	w := &planWriter{Plan: p, done: map[matrix.Origin]bool{}}
	if why := p.Snapshot.WhyRBACUnread(); why != "" {
		w.line("# RBAC could not be read in full, so that what is below can be incomplete: %s", why)
	}
	if len(p.Problems) == 0 {
		w.line("# Nothing to fix.")
	} else if len(p.Edit.Roles)+len(p.Edit.Bindings) == 0 {
		w.line("# There is no object to apply: what has to be done is in the comments.")
	}
	for i := range p.Problems {
		if err := w.problem(i); err != nil {
			return nil, err
		}
	}
	for _, o := range w.rest() {
		w.line("---")
		if err := w.object(o); err != nil {
			return nil, err
		}
	}
	if p.LeftOut > 0 {
		w.line("---")
		them := map[bool]string{true: "it", false: "them"}[p.LeftOut == 1]
		w.line("# Left out: %s; --fail-on warning includes %s.", counted(p.LeftOut, "problem of severity warning", "problems of severity warning"), them)
	}
	return w.Bytes(), nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// planWriter writes a plan, problem by problem.
type planWriter struct {
	*Plan
	bytes.Buffer
	done map[matrix.Origin]bool // what was written already
}

// line writes a line whose text, after the indentation of a comment, is safe to show.
func (w *planWriter) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	content := strings.TrimLeft(text, "# ")
	w.WriteString(text[:len(text)-len(content)] + safetext.Printable(content) + "\n")
}

// problem writes the objects that a problem changes, unless they were written for one before it.
func (w *planWriter) problem(i int) error {
	objects := w.parts[i].objects()
	if len(objects) == 0 {
		w.line("---")
		w.comment(i)
		w.byHand(i)
		return nil
	}
	for _, o := range objects {
		if w.done[o] {
			continue
		}
		w.done[o] = true
		w.line("---")
		for _, at := range w.of(o) {
			w.comment(at)
		}
		if err := w.object(o); err != nil {
			return err
		}
	}
	return nil
}

// rest returns the objects that got another name than their problem gave them, since two were named alike.
func (w *planWriter) rest() []matrix.Origin {
	objects := part{edit: w.Edit}.objects()
	return slices.DeleteFunc(objects, func(o matrix.Origin) bool { return w.done[o] })
}

// comment says what a problem is, what changes and who owns the object at fault.
func (w *planWriter) comment(i int) {
	x := &w.Problems[i]
	w.line("# %s", x.Title)
	w.line("#   problem %s: %s", x.ID, counted(len(x.Checks), "failed check", "failed checks"))
	if x.Fix.Summary != "" {
		w.line("#   %s.", strings.TrimSuffix(x.Fix.Summary, "."))
	}
	if owner := ownerLine(x.Owner); owner != "" {
		w.line("#   %s", owner)
	}
}

// ownerLine says where the change has to be made to last.
func ownerLine(o probe.Owner) string {
	place := ""
	if o.File != "" {
		place = fmt.Sprintf("%s:%d", o.File, o.Line)
	}
	switch {
	case o.Name != "" && place != "":
		return fmt.Sprintf("%s %s/%s applies it from %s: change it in Git, or it will be undone.", o.Kind, o.Namespace, o.Name, place)
	case o.Name != "":
		return fmt.Sprintf("%s %s/%s applies it: change it in Git, or it will be undone.", o.Kind, o.Namespace, o.Name)
	case place != "":
		return fmt.Sprintf("It is in %s: change it in Git, or it will be undone.", place)
	default:
		return ""
	}
}

// byHand writes the commands of a problem that no object fixes.
func (w *planWriter) byHand(i int) {
	commands := w.Problems[i].Fix.Commands
	for _, s := range w.parts[i].absent {
		w.line("#   ServiceAccount %s does not exist, and whoever creates it would have what it is granted: create it, and then run this again:", s)
		commands = []string{Kubectl("create", matrix.Origin{Kind: s.Kind, Namespace: s.Namespace, Name: s.Name})}
	}
	for _, command := range commands {
		w.line("#     %s", command)
	}
}

// object writes an object as the plan leaves it, or how to delete it.
func (w *planWriter) object(o matrix.Origin) error {
	if slices.Contains(w.Edit.Removed, o) {
		w.line("#     %s", Kubectl("delete", o))
		return nil
	}
	for _, r := range w.Edit.Roles {
		if r.Origin() != o {
			continue
		}
		if why := unreadRole(w.Snapshot, r.Namespace); why != "" {
			w.line("#   Existing roles could not be read (%s): if %s exists, applying this replaces its rules.", why, o)
		}
		return w.document(r.Document())
	}
	for _, b := range w.Edit.Bindings {
		if b.Origin() != o {
			continue
		}
		if before, exists := w.Snapshot.RBAC().Binding(b.Namespace, b.Name); exists && before.RoleOrigin() != b.RoleOrigin() {
			w.line("#   The roleRef of a binding cannot be changed, and kubectl apply refuses to: first delete the binding.")
			w.line("#     %s", Kubectl("delete", o))
		}
		return w.document(b.Document())
	}
	return nil
}

func (w *planWriter) document(object any) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return fmt.Errorf("writing an object as YAML: %w", err)
	}
	w.Write(text)
	return nil
}
