// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// aggregated says whether flux-view and flux-edit give people who hold view, edit or admin the rights on
// Flux's objects that the release means them to have (FP106). It is settled by reading: the roles are
// known by their labels and rules, under whatever name.
func (w *work) aggregated(out *derived) {
	for _, name := range []string{"flux-view", "flux-edit"} {
		e := matrix.Expectation{
			Code: "FP106", Severity: matrix.Warning, Settled: matrix.Pass,
			Because: fmt.Sprintf("Flux %s lets holders of the built-in roles use its objects by %s", w.judged, name),
			Origin:  matrix.Origin{Kind: "ClusterRole", Name: name, Release: w.judged.String()},
		}
		if reason, ok := w.snapshot.Unread[listClusterRoles]; ok {
			e.Settled, e.Observed = matrix.Undetermined, "clusterroles could not be listed: "+reason
			out.add(e)
			continue
		}
		role := w.role(name)
		if held := w.aggregating(role); len(held) > 0 {
			e.Origin.Name = held[0].Name
		}
		e.Observed, e.Hint = w.lacking(role)
		if e.Observed != "" {
			e.Settled = matrix.Missing
		} else if e.Observed, e.Hint = w.owed(role); e.Observed != "" {
			e.Settled = matrix.Missing
		} else {
			e.Observed = "complete and aggregated"
		}
		out.add(e)
	}
}

// aggregating are the ClusterRoles that carry one of the role's labels and grant something on Flux's
// objects.
func (w *work) aggregating(role releaseRole) []Role {
	var held []Role
	for _, r := range w.snapshot.Roles {
		labelled := slices.ContainsFunc(role.Labels, func(label string) bool { return r.Labels[label] == "true" })
		if r.Namespace == "" && labelled && w.grantsSome(r, role) {
			held = append(held, r)
		}
	}
	return held
}

// grantsSome says whether r grants some verb of the role on a group of it.
func (w *work) grantsSome(r Role, role releaseRole) bool {
	for _, wanted := range in(role.Rules, w.judged) {
		for _, have := range r.rules() {
			if slices.ContainsFunc(have.Groups, func(g string) bool { return slices.Contains(wanted.Groups, g) }) &&
				slices.ContainsFunc(have.Verbs, func(v string) bool { return v == "*" || slices.Contains(wanted.Verbs, v) }) {
				return true
			}
		}
	}
	return false
}

// lacking says which groups and verbs are missing from which built-in role, and what to do; both are
// empty when none is.
func (w *work) lacking(role releaseRole) (observed, hint string) {
	var lines []string
	for _, label := range role.Labels {
		var rules []rule
		for _, r := range w.snapshot.Roles {
			if r.Namespace == "" && r.Labels[label] == "true" {
				rules = append(rules, r.rules()...)
			}
		}
		if missing := w.missing(in(role.Rules, w.judged), rules); missing != "" {
			lines = append(lines, strings.TrimPrefix(label, "rbac.authorization.k8s.io/aggregate-to-")+" lacks "+missing)
		}
	}
	if len(lines) == 0 {
		return "", ""
	}
	for _, r := range w.snapshot.Roles {
		if r.Namespace == "" && r.Aggregation == nil && !r.grantsFlux() && w.missing(in(role.Rules, w.judged), r.aboutGroups()) == "" {
			return "ClusterRole " + r.Name + " is not aggregated: " + strings.Join(lines, "; "),
				fmt.Sprintf("kubectl label clusterrole %s %s=true", r.Name, strings.Join(role.Labels, "=true "))
		}
	}
	return strings.Join(lines, "; "), fmt.Sprintf("restore ClusterRole %s of Flux %s with its labels and rules", role.Name, w.judged)
}

// aboutGroups are the rules that name their API groups: to aggregate a role that grants something on all
// groups would give people far more than Flux's objects.
func (r Role) aboutGroups() []rule {
	return slices.DeleteFunc(r.rules(), func(x rule) bool { return slices.Contains(x.Groups, "*") })
}

// missing are the groups, each with its verbs, that rules do not grant of what is wanted and served.
func (w *work) missing(wanted, rules []rule) string {
	var parts []string
	for _, want := range wanted {
		for _, group := range want.Groups {
			var verbs []string
			for _, verb := range want.Verbs {
				if !w.covered(group, verb, rules) {
					verbs = append(verbs, verb)
				}
			}
			if len(verbs) > 0 {
				parts = append(parts, strings.Join(verbs, ", ")+" on "+group)
			}
		}
	}
	return strings.Join(parts, "; ")
}

// covered says whether rules grant a verb on every resource of a group that is served.
func (w *work) covered(group, verb string, rules []rule) bool {
	if anyCovers(rules, matrix.Attributes{Verb: verb, Group: group, Resource: "*"}) {
		return true
	}
	served := 0
	for _, r := range w.snapshot.Resources {
		if r.Group != group || r.Subresource != "" || !r.has(verb) {
			continue
		}
		served++
		if !anyCovers(rules, matrix.Attributes{Verb: verb, Group: group, Resource: r.Resource}) {
			return false
		}
	}
	_, lost := w.failed[group]
	return served > 0 || !lost // a group that is not installed lacks nothing
}

// owed says what the release itself forgot and a later patch adds.
func (w *work) owed(role releaseRole) (observed, hint string) {
	for _, r := range role.Rules {
		if r.Owed.version == nil || w.judged.before(r.Owed) || r.holds(w.judged) {
			continue
		}
		if missing := w.missing([]rule{r}, w.labelled(role)); missing != "" {
			return fmt.Sprintf("lacks %s: Flux %s ships it so, a mistake that %s repairs", missing, w.judged, r.Since),
				fmt.Sprintf("upgrade Flux to %s or later", r.Since)
		}
	}
	return "", ""
}

func (w *work) labelled(role releaseRole) []rule {
	var rules []rule
	for _, r := range w.aggregating(role) {
		rules = append(rules, r.rules()...)
	}
	return rules
}
