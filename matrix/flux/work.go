// SPDX-License-Identifier: Apache-2.0

package flux

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flux-probe/flux-probe/matrix"
)

// work is one install with all that its checks look up.
type work struct {
	*expander
	*data
	roles    fluxRoles
	options  Options
	install  Install
	judged   fluxVersion // the release whose data it is judged by
	assumed  string      // why that is another than its own; "" when it is not
	accounts []account
}

// works are the installs that the options want.
func works(s *Snapshot, o Options) []*work {
	d, x, b := loadData(), &expander{newIndex(s), s}, newBound(s)
	var all []*work
	for _, install := range s.Installs {
		if !o.shows(install.Namespace) {
			continue
		}
		w := &work{expander: x, data: d, options: o, install: install, accounts: d.accounts(install)}
		w.judged, w.assumed = d.releases.judgedBy(install.Version)
		w.roles = b.forInstall(w.accounts)
		all = append(all, w)
	}
	return all
}

// profile is the one of the options, or the default.
func (w *work) profile() Profile {
	if w.options.Profile == "" {
		return Release
	}
	return w.options.Profile
}

// gaps says what the install does not have: a known version, some of Flux's components.
func (w *work) gaps(out *derived) {
	if w.assumed != "" {
		out.gap("the rights that Flux in "+w.install.Namespace+" has by its release", w.assumed)
	}
	out.gap("excess rights of Flux's controllers by RoleBindings outside "+w.install.Namespace,
		"what they must not do is asked in their own namespace, where ClusterRoleBindings count too")
	for _, c := range w.needs.Controllers {
		runs := false
		for _, a := range w.accounts {
			runs = runs || a.runs(func(component string) bool { return component == c.Component })
		}
		if !runs {
			out.gap(c.Component+" in "+w.install.Namespace, "not installed")
		}
	}
	for _, a := range w.accounts {
		for _, component := range a.components() {
			if !w.known(component) {
				out.gap(component+" in "+w.install.Namespace, "it is none of Flux's controllers: nothing is known about its needs")
			}
		}
	}
}

// absent says that resources of a rule are not served.
func (w *work) absent(what []string, out *derived) {
	for _, name := range what {
		if g := (matrix.Gap{What: name, Why: "not installed: the API server does not serve it"}); !slices.Contains(out.gaps, g) {
			out.gaps = append(out.gaps, g)
		}
	}
}

// lostGroup is what was read of a group that discovery could not answer for.
func lostGroup(group, reason string) string {
	return fmt.Sprintf("discovery of %s failed: %s", group, strings.TrimSpace(reason))
}
