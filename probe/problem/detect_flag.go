// SPDX-License-Identifier: Apache-2.0

package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/flux-probe/flux-probe/matrix"
	"github.com/flux-probe/flux-probe/probe"
)

// flag describes a flag of a Deployment that is missing, or that is set and must not be.
func (w *finder) flag(c *candidate, f *probe.Finding) {
	o, flag := object(f.Origin.Get()), f.Origin.Get().Field
	index, container := w.container(o)
	set := arguments(container, index, flag)
	if f.Verdict == matrix.Excess || len(set) > 0 {
		w.remove(c, f, set)
		return
	}
	value := cmp.Or(w.elsewhere(o.Namespace, flag), flag+"="+cmp.Or(w.Flags[flag], "true"))
	c.cause.Want, c.says = value, fmt.Sprintf("%s lacks %s", o, flag)
	c.summary = fmt.Sprintf("Add %s to the args of %s", value, o)
	if container == nil {
		return
	}
	path := fmt.Sprintf("/spec/template/spec/containers/%d/args", index)
	add := op{"add", path + "/-", value}
	if len(container.Args) == 0 {
		add = op{"add", path, []string{value}}
	}
	c.creates = []string{patchCommand(o, add)}
	c.fields = []probe.FieldChange{{Object: o, Path: fmt.Sprintf("spec.template.spec.containers[%d].args", index), Value: value, Append: true}}
}

// remove describes a flag that is set and must not be.
func (w *finder) remove(c *candidate, f *probe.Finding, set []argument) {
	o, flag := object(f.Origin.Get()), f.Origin.Get().Field
	c.cause.Was, c.cause.Want = flag, ""
	c.says = fmt.Sprintf("%s has %s: %s", o, flag, f.Observed)
	if len(set) == 0 {
		return
	}
	c.summary = fmt.Sprintf("Remove %s from the command line of %s", set[len(set)-1].text, o)
	var ops []op
	for _, a := range slices.Backward(set) {
		for i, word := range slices.Backward(a.words) {
			path := fmt.Sprintf("%s/%d", a.path, a.at+i)
			ops = append(ops, op{"test", path, word}, op{"remove", path, nil})
		}
	}
	c.creates = []string{patchCommand(o, ops...)}
}

// container returns the container of a Deployment that runs the controller, and its place; nil if it is not known.
func (w *finder) container(o matrix.Origin) (int, *corev1.Container) {
	for i := range w.snapshot.Deployments {
		d := &w.snapshot.Deployments[i]
		containers := d.Spec.Template.Spec.Containers
		if d.Namespace != o.Namespace || d.Name != o.Name || len(containers) == 0 {
			continue
		}
		at := max(0, slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == "manager" }))
		return at, &containers[at]
	}
	return -1, nil
}

// elsewhere returns how another controller of a namespace sets a flag; "" if none does.
func (w *finder) elsewhere(namespace, flag string) string {
	for i := range w.snapshot.Deployments {
		d := &w.snapshot.Deployments[i]
		for _, container := range d.Spec.Template.Spec.Containers {
			for _, arg := range container.Args {
				name, value, _ := strings.Cut(arg, "=")
				if d.Namespace == namespace && name == flag && value != "" && value != "false" {
					return arg
				}
			}
		}
	}
	return ""
}

// argument is a flag on the command line of a container.
type argument struct {
	path  string // of the list in the Deployment
	at    int
	words []string // one, or the flag and its value
	text  string   // --flag=value
}

// arguments finds a flag on a command line; nothing if it is not set, to nothing or to false. The last of several counts.
func arguments(container *corev1.Container, index int, flag string) []argument {
	if container == nil {
		return nil
	}
	var found []argument
	last := false
	for _, list := range []struct {
		name  string
		words []string
	}{{"command", container.Command}, {"args", container.Args}} {
		for i, word := range list.words {
			name, value, valued := strings.Cut(word, "=")
			if name != flag {
				continue
			}
			on, err := strconv.ParseBool(value)
			last = !valued || value != "" && (on || err != nil)
			a := argument{path: fmt.Sprintf("/spec/template/spec/containers/%d/%s", index, list.name), at: i, words: []string{word}, text: word}
			if next := i + 1; !valued && next < len(list.words) && !strings.HasPrefix(list.words[next], "-") {
				a.words, a.text = list.words[i:next+1], word+"="+list.words[next]
			}
			found = append(found, a)
		}
	}
	if !last {
		return nil
	}
	return found
}
