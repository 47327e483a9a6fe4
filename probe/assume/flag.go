// SPDX-License-Identifier: Apache-2.0

package assume

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix/flux/detect"
	"github.com/flux-probe/flux-probe/matrix/flux/facts"
	"github.com/flux-probe/flux-probe/matrix/flux/model"
	"github.com/flux-probe/flux-probe/matrix/spelling"
)

// everyController stands for all controllers that have a flag.
const everyController = "*"

// flag assumes that controllers run with a flag, or without it.
type flag struct {
	text       string
	controller string // a component, a Deployment, NAMESPACE/DEPLOYMENT, or everyController
	name       string
	arg        string // --name=value; empty when the flag is removed
}

func (f flag) String() string { return f.text }

func (flag) rbac() bool { return false }

// parseFlag reads CONTROLLER:--FLAG, CONTROLLER:--FLAG=VALUE, or CONTROLLER:--FLAG- to remove it, as kubectl removes a label.
func parseFlag(text, value string, _ Reader) (Assumption, error) {
	controller, arg, ok := strings.Cut(value, ":")
	if !ok || controller == "" || !strings.HasPrefix(arg, "--") {
		return nil, &Error{text, "want flag=CONTROLLER:--FLAG=VALUE, or flag=CONTROLLER:--FLAG- to remove the flag"}
	}
	f := flag{text: text, controller: controller, arg: arg}
	name, set, valued := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	if removed, ok := strings.CutSuffix(name, "-"); ok && !valued {
		name, f.arg = removed, ""
	}
	f.name = name
	known, ok := facts.Load().Flags.Flag(name)
	if !ok {
		var names []string
		for _, k := range facts.Load().Flags.Flags {
			names = append(names, "--"+k.Name)
		}
		problem := fmt.Sprintf("no check depends on --%s", name)
		if near := spelling.Nearest("--"+name, names); near != "" {
			problem += "; did you mean " + near + "?"
		}
		return nil, &Error{text, problem}
	}
	if f.arg == "" {
		return f, nil
	}
	return f, f.valid(known, set, valued)
}

// valid refuses a value that the controller would not start with.
func (f *flag) valid(known facts.Flag, value string, valued bool) error {
	switch known.Kind {
	case facts.FlagBool:
		if _, err := strconv.ParseBool(value); valued && err != nil {
			return &Error{f.text, fmt.Sprintf("--%s is true or false, not %q", f.name, value)}
		}
		if !valued {
			f.arg += "=true"
		}
		return nil
	case facts.FlagGates:
		return f.validGates(value)
	default:
		if value == "" {
			return &Error{f.text, fmt.Sprintf("--%s needs a value; --%s- removes it", f.name, f.name)}
		}
		return nil
	}
}

func (f *flag) validGates(value string) error {
	var known []string
	for _, gate := range facts.Load().Flags.Gates {
		known = append(known, gate.Name)
	}
	for gate := range strings.SplitSeq(value, ",") {
		name, on, _ := strings.Cut(gate, "=")
		if _, err := strconv.ParseBool(on); err != nil {
			return &Error{f.text, fmt.Sprintf("--%s needs NAME=true or NAME=false", f.name)}
		}
		if !slices.Contains(known, name) {
			return &Error{f.text, fmt.Sprintf("no check depends on the feature gate %s%s", name, spelling.Hint(name, known))}
		}
	}
	return nil
}

func (f flag) apply(s *state) error {
	m := s.flux()
	chosen, err := f.chosen(m, s)
	if err != nil {
		return err
	}
	s.Deployments = slices.Clone(s.Deployments)
	changed := false
	for i := range s.Deployments {
		d := &s.Deployments[i]
		at := slices.IndexFunc(chosen, func(c *model.Deployment) bool { return c.Namespace == d.Namespace && c.Name == d.Name })
		if at < 0 {
			continue
		}
		*d = *d.DeepCopy()
		container := detect.Manager(d.Spec.Template.Spec.Containers)
		container.Command, container.Args = f.edited(container.Command), f.edited(container.Args)
		if f.arg != "" {
			container.Args = append(container.Args, f.arg)
		}
		again, _ := detect.NewController(d)
		changed = changed || !sameFlag(f.name, chosen[at].Flags, detect.ParseFlags(again.Args))
	}
	if !changed {
		if f.arg == "" {
			return &Error{f.text, fmt.Sprintf("--%s is not set there", f.name)}
		}
		return &Error{f.text, f.arg + " is what they run with already"}
	}
	return nil
}

func sameFlag(name string, before, after detect.Flags) bool {
	return before.Text(name) == after.Text(name) && maps.Equal(before.Gates, after.Gates)
}

// edited returns arguments without the flag. Feature gates add up: those that are there stay unless they are removed.
func (f flag) edited(args []string) []string {
	known, _ := facts.Load().Flags.Flag(f.name)
	if known.Kind == facts.FlagGates && f.arg != "" {
		return args
	}
	var kept []string
	for i := 0; i < len(args); i++ {
		name, _, valued := strings.Cut(args[i], "=")
		if name != "--"+f.name {
			kept = append(kept, args[i])
			continue
		}
		if !valued && known.Kind != facts.FlagBool {
			i++ // the value is the next argument
		}
	}
	return kept
}

// chosen returns the Deployments that the assumption is about. All of them have the flag in their release.
func (f flag) chosen(m *model.Model, s *state) ([]*model.Deployment, error) {
	known, _ := m.Facts.Flags.Flag(f.name)
	var named, having []*model.Deployment
	var names []string
	for _, d := range m.Deployments {
		names = append(names, d.Component, d.Name, d.Namespace+"/"+d.Name)
		if f.controller != everyController && f.controller != d.Component && f.controller != d.Name && f.controller != d.Namespace+"/"+d.Name {
			continue
		}
		named = append(named, d)
		if known.OfComponent(d.Component, d.Release) {
			having = append(having, d)
		}
	}
	switch {
	case len(named) == 0:
		if why := s.WhyUnread("apps", "deployments"); why != "" {
			return nil, &Error{f.text, "deployments.apps could not be read: " + why}
		}
		problem := fmt.Sprintf("no controller %s was found", f.controller)
		if near := spelling.Nearest(f.controller, names); near != "" {
			problem += "; did you mean " + near + "?"
		}
		return nil, &Error{f.text, problem}
	case len(having) == 0:
		whose := named[0].Component
		if f.controller == everyController {
			whose = "none of the controllers that were found"
			return nil, &Error{f.text, fmt.Sprintf("%s has --%s", whose, f.name)}
		}
		problem := fmt.Sprintf("%s has no --%s in Flux %s", whose, f.name, named[0].Release)
		if len(known.Components) > 0 {
			problem += "; it is a flag of " + strings.Join(known.Components, ", ")
		}
		return nil, &Error{f.text, problem}
	}
	if known.Kind == facts.FlagGates && f.arg != "" {
		return having, f.gated(m, having)
	}
	return having, nil
}

// gated refuses a feature gate that the controllers do not have in their release.
func (f flag) gated(m *model.Model, chosen []*model.Deployment) error {
	_, value, _ := strings.Cut(f.arg, "=")
	for gate := range strings.SplitSeq(value, ",") {
		name, _, _ := strings.Cut(gate, "=")
		known := m.Facts.Flags.Gate(name)
		has := slices.ContainsFunc(chosen, func(d *model.Deployment) bool {
			on := len(known.Components) == 0 || slices.Contains(known.Components, d.Component)
			gone := !known.AlwaysOnSince.IsZero() && !d.Release.Before(known.AlwaysOnSince)
			return on && known.Holds(d.Release) && !gone
		})
		if !has {
			return &Error{f.text, fmt.Sprintf("%s has no feature gate %s in Flux %s", chosen[0].Component, name, chosen[0].Release)}
		}
	}
	return nil
}
