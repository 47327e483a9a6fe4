// SPDX-License-Identifier: Apache-2.0

// Package patch makes the changes of a plan in the files that manifests were read from, as a unified difference that
// git apply takes.
//
//	remedy.Plan ──▶ Make ──▶ difference: changed lines of files, new documents, documents that go
//	  files ────────┘  └──▶ what is not in it, and why
//
// Files keep their comments, order and form: values are changed where they stand, and items are written like their
// neighbours. An object whose file does not have what was probed, since kustomize changes it, is left alone, and so is
// what cannot be changed so that it reads as it should afterwards. The package reads the files, and writes none.
package patch

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/matrix/safetext"
	"github.com/flux-probe/flux-probe/probe/rbac"
	"github.com/flux-probe/flux-probe/probe/remedy"
	"github.com/flux-probe/flux-probe/probe/unified"
)

// Patch is a unified difference, and what is not in it.
type Patch struct {
	Difference string   // its paths are relative to the current folder
	LeftOut    []string // a line for each change that is not in it, with the reason
}

// Make makes the changes of a plan in the files of its snapshot.
func Make(plan *remedy.Plan) *Patch {
	p := &patcher{Plan: plan, files: map[string]*file{}}
	p.rbac()
	for _, problem := range plan.Problems {
		changed := len(problem.Fix.Objects)+len(problem.Fix.Removed)+len(problem.Fix.Accounts) > 0
		for _, c := range problem.Fix.Fields {
			changed = true
			if err := p.field(c); err != nil {
				p.leaveOut(c.Object, err)
			}
		}
		if !changed {
			p.leftOut = append(p.leftOut, safetext.Printable(fmt.Sprintf("problem %s, %s: %s", problem.ID, problem.Title, problem.Fix.Summary)))
		}
	}
	for _, o := range plan.Accounts {
		if err := p.create(o, account(o)); err != nil {
			p.leaveOut(o, err)
		}
	}
	return &Patch{p.difference(), p.leftOut}
}

// patcher collects the changes of files.
type patcher struct {
	*remedy.Plan
	files   map[string]*file
	leftOut []string
}

func (p *patcher) leaveOut(o matrix.Origin, err error) {
	p.leftOut = append(p.leftOut, safetext.Printable(fmt.Sprintf("%s: %v", o, err)))
}

// difference is that of all files, by their paths.
func (p *patcher) difference() string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		f := p.files[path]
		name := filepath.ToSlash(path)
		if strings.Contains(name, " ") {
			name += "\t" // ends a name with spaces
		}
		b.WriteString(unified.Difference("a/"+name, "b/"+name, string(f.text), f.changed()))
	}
	return b.String()
}

// rbac makes the changes of roles and bindings.
func (p *patcher) rbac() {
	index := p.Snapshot.RBAC()
	try := func(o matrix.Origin, err error) {
		if err != nil {
			p.leaveOut(o, err)
		}
	}
	for _, after := range p.Edit.Roles {
		o := after.Origin()
		if before, exists := index.Role(o.Namespace, o.Name); exists {
			try(o, p.changeRBAC(o, rbac.Edit{Roles: []rbac.Role{before}}, rbac.Edit{Roles: []rbac.Role{after}}))
		} else {
			try(o, p.create(o, after.Document()))
		}
	}
	moved := map[matrix.Origin]bool{}
	for _, after := range p.Edit.Bindings {
		o := after.Origin()
		before, exists := index.Binding(o.Namespace, o.Name)
		if from, ok := p.movedFrom(after); ok && !exists {
			moved[from] = true
			try(o, p.move(from, after))
			continue
		}
		if exists {
			try(o, p.changeRBAC(o, rbac.Edit{Bindings: []rbac.Binding{before}}, rbac.Edit{Bindings: []rbac.Binding{after}}))
		} else {
			try(o, p.create(o, after.Document()))
		}
	}
	for _, o := range p.Edit.Removed {
		if !moved[o] {
			try(o, p.remove(o))
		}
	}
}

// movedFrom returns the RoleBinding that is deleted in another namespace for a new one.
func (p *patcher) movedFrom(b rbac.Binding) (matrix.Origin, bool) {
	for _, o := range p.Edit.Removed {
		if o.Kind == b.Kind() && o.Name == b.Name && o.Namespace != "" && b.Namespace != "" {
			return o, true
		}
	}
	return matrix.Origin{}, false
}
