// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"slices"
	"strconv"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// view is a Snapshot with what the tenancy checks look up in it.
type view struct {
	*Snapshot
	*index
	options     Options
	deployments []*deployment
	components  map[string][]*deployment
	objects     map[entry]Object
	everywhere  []reconciliation
	work        []reconciliation // of them, those of the namespace that the options name
}

func newView(s *Snapshot, o Options) *view {
	v := &view{Snapshot: s, index: newIndex(s), options: o, deployments: deployments(s), components: map[string][]*deployment{}, objects: make(map[entry]Object, len(s.Objects))}
	for _, d := range v.deployments {
		v.components[d.Component] = append(v.components[d.Component], d)
	}
	for _, object := range s.Objects {
		v.objects[entry{object.Namespace, object.Name, object.Group, object.Kind}] = object
		if !reconciles(object) {
			continue
		}
		r := effective(object, v.controller(object))
		v.everywhere = append(v.everywhere, r)
		if v.shows(object.Namespace) {
			v.work = append(v.work, r)
		}
	}
	return v
}

// shows says whether the options want what belongs to namespace.
func (v *view) shows(namespace string) bool {
	return v.options.Namespace == "" || v.options.Namespace == namespace
}

// controller is the Deployment that reconciles o, nil when none does. Where two installs watch it,
// the one of its own namespace is meant, else the first.
func (v *view) controller(o Object) *deployment {
	var found *deployment
	for _, d := range v.components[component(o.Group, o.Kind)] {
		if d.watches(o) && (found == nil || found.Namespace != o.Namespace && d.Namespace == o.Namespace) {
			found = d
		}
	}
	return found
}

// isFlux says whether Flux controllers run in namespace.
func (v *view) isFlux(namespace string) bool {
	return slices.ContainsFunc(v.Installs, func(i Install) bool { return i.Namespace == namespace })
}

// absent says whether the account is known not to exist; false where accounts could not be listed.
func (v *view) absent(account matrix.Subject) bool {
	_, exists := v.accounts[account]
	return !exists && v.Unread["serviceaccounts"] == ""
}

// unread is why a list of the resource could not be read, "" when it was.
func (v *view) unread(group, resource string) string {
	if group != "" {
		resource += "." + group
	}
	return v.Unread[resource]
}

// constrained says whether the server knows constrained impersonation (KEP-5284, on by default
// since Kubernetes 1.36).
func (v *view) constrained() bool { return atLeast(v.Kubernetes, 1, 36) }

// atLeast compares the major and minor number of a version like v1.37.2; false when it has none.
func atLeast(version string, major, minor int) bool {
	m, n, ok := numbers(version)
	return ok && (m > major || m == major && n >= minor)
}

func numbers(version string) (major, minor int, ok bool) {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return 0, 0, false
	}
	major, err := strconv.Atoi(parts[0])
	if err != nil {
		return 0, 0, false
	}
	minor, err = strconv.Atoi(strings.TrimRight(parts[1], "+"))
	return major, minor, err == nil
}

// rights makes the ways to a right on an object: the right on all names of the namespace, which many
// objects share, and where that is refused the right on this name. A Namespace that is to be created holds no
// RoleBinding yet, whatever is bound in the one of that name now.
func rights(subject matrix.Subject, r Resource, verb, namespace, name string) [][]matrix.Review {
	named := matrix.Review{Subject: subject, Attributes: r.access(verb, namespace, name)}
	if name == "" || r.Group == "" && r.Resource == "namespaces" {
		if verb == "create" {
			named.Attributes.Namespace = ""
		}
		return [][]matrix.Review{{named}}
	}
	return [][]matrix.Review{{{Subject: subject, Attributes: r.access(verb, namespace, "")}}, {named}}
}

// derived gathers what a source derives.
type derived struct {
	expectations []matrix.Expectation
	gaps         []matrix.Gap
}

func (d *derived) add(e matrix.Expectation) { d.expectations = append(d.expectations, e) }

func (d *derived) gap(what, why string) { d.gaps = append(d.gaps, matrix.Gap{What: what, Why: why}) }
